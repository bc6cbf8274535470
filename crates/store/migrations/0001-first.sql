-- Where the log stands. One row: whoever writes locks it first.
CREATE TABLE standing (
    one {integer} PRIMARY KEY,
    arrivals BIGINT NOT NULL,     -- facts that ever arrived; the newest fact's number
    sources BIGINT NOT NULL,      -- sources that were ever begun
    runs BIGINT NOT NULL,         -- runs of identities that were ever begun
    remembered BIGINT NOT NULL,   -- identities up to this arrival lie in runs
    horizon BIGINT NOT NULL,      -- facts before this instant (ms) are no longer recognised
    epoch BIGINT NOT NULL,        -- grows when what others hold in memory is no longer so
    hash_key {bytes} NOT NULL     -- sealed: the key of identities
);

CREATE TABLE places (
    number {integer} PRIMARY KEY,
    platform TEXT NOT NULL,
    shop TEXT NOT NULL,
    UNIQUE (platform, shop)
);

-- One buyer with one shop; an empty buyer: the shop's own facts.
CREATE TABLE threads (
    number {integer} PRIMARY KEY,
    place BIGINT NOT NULL,
    buyer TEXT NOT NULL,          -- personal: a pseudonym once erased
    sealing_key {bytes},          -- sealed; absent once erased
    erased_at BIGINT,
    UNIQUE (place, buyer)
);

-- Facts in columns, in the order of their arrival.
CREATE TABLE segments (
    first {integer} PRIMARY KEY,
    last BIGINT NOT NULL,
    n BIGINT NOT NULL,
    level BIGINT NOT NULL,
    at_min BIGINT NOT NULL,
    at_max BIGINT NOT NULL,
    threads {bytes} NOT NULL,
    facts {bytes} NOT NULL
);

-- Sealed texts of facts, in the order of their arrival.
CREATE TABLE texts (
    first {integer} PRIMARY KEY,
    last BIGINT NOT NULL,
    level BIGINT NOT NULL,
    sealed {bytes} NOT NULL
);

-- By what newer facts are recognised, until that lies in a run.
CREATE TABLE marks (
    first {integer} PRIMARY KEY,
    last BIGINT NOT NULL,
    marks {bytes} NOT NULL
);

-- By what older facts are recognised: sorted, in pages.
CREATE TABLE runs (
    run {integer} PRIMARY KEY,
    last BIGINT NOT NULL,
    at_max BIGINT NOT NULL,
    n BIGINT NOT NULL,
    fences {bytes} NOT NULL,
    filter {bytes} NOT NULL
);

CREATE TABLE identities (
    run BIGINT NOT NULL,
    page BIGINT NOT NULL,
    entries {bytes} NOT NULL,
    PRIMARY KEY (run, page)
);

-- Days (UTC+8) that have facts.
CREATE TABLE days (
    day {integer} PRIMARY KEY,
    n BIGINT NOT NULL
);

-- A cache: may be deleted at any time.
CREATE TABLE contributions (
    metric TEXT NOT NULL,
    place BIGINT NOT NULL,
    day BIGINT NOT NULL,
    thread BIGINT NOT NULL,
    account TEXT NOT NULL,
    counts {bytes} NOT NULL,
    PRIMARY KEY (metric, place, day, thread, account)
) {clustered};
CREATE INDEX contributions_of_thread ON contributions (thread, metric);

CREATE TABLE shops (
    platform TEXT NOT NULL,
    shop TEXT NOT NULL,
    name TEXT NOT NULL,
    client TEXT NOT NULL,
    industry TEXT NOT NULL,
    PRIMARY KEY (platform, shop)
);

-- Dated facts about a shop: groups, levels, enrolments, closures, own accounts, grades.
CREATE TABLE shop_facts (
    platform TEXT NOT NULL,
    shop TEXT NOT NULL,
    what TEXT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    from_at BIGINT,
    until_at BIGINT,
    PRIMARY KEY (platform, shop, what, position)
);

CREATE TABLE persons (
    id TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE holdings (
    person TEXT NOT NULL,
    position BIGINT NOT NULL,
    platform TEXT NOT NULL,
    shop TEXT NOT NULL,
    account TEXT NOT NULL,
    from_day BIGINT,
    until_day BIGINT,
    PRIMARY KEY (person, position)
);

-- Every version stays; the newest of a target stands.
CREATE TABLE overrides (
    number {integer} PRIMARY KEY,
    target TEXT NOT NULL,         -- shop or group
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT,                    -- absent: withdrawn
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL
);
CREATE INDEX overrides_of ON overrides (target, platform, name, number);

CREATE TABLE users (
    number {integer} PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,       -- a hash
    totp {bytes},                 -- sealed
    role TEXT NOT NULL,
    reach TEXT,                   -- absent: every shop
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE links (
    hash {bytes} NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    reach TEXT,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE sessions (
    hash {bytes} NOT NULL PRIMARY KEY,
    holder BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_of ON sessions (holder);

CREATE TABLE tokens (
    number {integer} PRIMARY KEY,
    hash {bytes} NOT NULL UNIQUE,
    name TEXT NOT NULL,
    reach TEXT,
    grants TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);

-- Append-only.
CREATE TABLE audit (
    number {integer} PRIMARY KEY,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    platform TEXT NOT NULL,
    shop TEXT NOT NULL,
    subject TEXT NOT NULL,
    was TEXT,
    becomes TEXT
);

-- Figures as a platform's panel shows them.
CREATE TABLE observed (
    platform TEXT NOT NULL,
    shop TEXT NOT NULL,
    account TEXT NOT NULL,
    metric TEXT NOT NULL,
    from_day BIGINT NOT NULL,
    to_day BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (platform, shop, account, metric, from_day, to_day, seen_at)
);

CREATE TABLE feeds (
    platform TEXT NOT NULL,
    shop TEXT NOT NULL,
    feed TEXT NOT NULL,
    grade TEXT NOT NULL,
    last_fact_at BIGINT,
    last_heard_at BIGINT,
    PRIMARY KEY (platform, shop, feed)
);

CREATE TABLE cursors (
    connector TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (connector, name)
);

-- Every step of every ladder that was taken.
CREATE TABLE alerts (
    alert TEXT NOT NULL,
    step TEXT NOT NULL,
    platform TEXT NOT NULL,
    shop TEXT NOT NULL,
    at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    about TEXT NOT NULL,
    state TEXT NOT NULL,          -- noted, claimed, sent, failed
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (alert, step)
);
CREATE INDEX alerts_at ON alerts (at);

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
