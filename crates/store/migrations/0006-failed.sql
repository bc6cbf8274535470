-- Why a step of an alert failed: English, and Chinese on the next line.
ALTER TABLE alerts ADD COLUMN failed TEXT;
