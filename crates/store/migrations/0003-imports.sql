-- How many samples a panel says there are; absent: it does not say. A figure of which it is not
-- known when the panel was looked at stands for what was settled later: the greatest instant.
ALTER TABLE observed ADD COLUMN samples BIGINT;

-- Files that were taken in as a whole, by what is in them and by how they were read.
CREATE TABLE imports (
    sha256 TEXT NOT NULL,
    way TEXT NOT NULL,
    name TEXT NOT NULL,
    n BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    repeats BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (sha256, way)
);
