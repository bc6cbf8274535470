-- Links by which a user who lost the password chooses another, once.
CREATE TABLE resets (
    hash {bytes} NOT NULL PRIMARY KEY,
    holder BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
