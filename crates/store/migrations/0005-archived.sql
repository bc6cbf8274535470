-- Days (UTC+8) whose facts lie in the archive. What came of a day since is with the other facts.
CREATE TABLE archived (
    day {integer} PRIMARY KEY,
    n BIGINT NOT NULL,            -- facts
    entry TEXT NOT NULL           -- its files, as JSON
);
