-- The step of the last one-time code that a user signed in with: none counts twice.
ALTER TABLE users ADD COLUMN totp_step BIGINT;

-- Which metric's rule a version is.
ALTER TABLE overrides ADD COLUMN metric TEXT NOT NULL DEFAULT '';
