-- The audit log is read newest first, of one person, one kind of change, or one shop alone.
CREATE INDEX audit_by_whom ON audit (by_whom, number);
CREATE INDEX audit_what ON audit (what, number);
CREATE INDEX audit_platform ON audit (platform, number);
CREATE INDEX audit_shop ON audit (shop, number);
