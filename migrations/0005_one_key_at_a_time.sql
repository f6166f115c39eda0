-- Of each algorithm one key at a time has no end set: whoever makes a second meets a conflict. Of keys that were made at the same moment
-- before, the one that has signed is kept.

UPDATE signing_keys SET retired_at = signs_from
WHERE retired_at IS NULL AND EXISTS (
    SELECT 1 FROM signing_keys AS other
    WHERE other.algorithm = signing_keys.algorithm AND other.retired_at IS NULL
        AND (other.signs_from > signing_keys.signs_from
            OR (other.signs_from = signing_keys.signs_from AND other.created_at > signing_keys.created_at)
            OR (other.signs_from = signing_keys.signs_from AND other.created_at = signing_keys.created_at
                AND other.id > signing_keys.id))
);

CREATE UNIQUE INDEX signing_keys_without_end ON signing_keys (algorithm) WHERE retired_at IS NULL;
