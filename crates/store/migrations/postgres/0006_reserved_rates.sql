-- How many requests a second a key has to itself, and when it was last exchanged for a token.
ALTER TABLE application_keys ADD COLUMN reserved_rate_limit BIGINT NOT NULL DEFAULT 0;
ALTER TABLE application_keys ADD COLUMN last_used_at TIMESTAMPTZ;
