-- What was counted, up to a fact and an instant. A cache: may be deleted at any time.
CREATE TABLE counted (
    one {integer} PRIMARY KEY,
    arrivals BIGINT NOT NULL,     -- facts up to this number are in it
    clock BIGINT NOT NULL,        -- as of this instant
    basis TEXT NOT NULL,          -- what it was counted by
    unsettled {bytes} NOT NULL    -- threads that were to change without a fact
);

CREATE TABLE counted_days (
    platform TEXT NOT NULL,
    shop TEXT NOT NULL,
    day BIGINT NOT NULL,
    counts {bytes} NOT NULL,
    PRIMARY KEY (platform, shop, day)
);

-- What the bits of stored flags of texts mean: each a list of phrases that has the text.
CREATE TABLE phrase_lists (
    bit {integer} PRIMARY KEY,
    phrases TEXT NOT NULL         -- in their order, one a line
);

-- How often facts left: what was counted before holds no more.
ALTER TABLE standing ADD COLUMN drops BIGINT NOT NULL DEFAULT 0;
