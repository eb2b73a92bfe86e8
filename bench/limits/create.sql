WITH author AS (
    INSERT INTO authors (id, version, deleted, name, birth_date, nationality, biography, aliases,
        identifiers, created_at, updated_at)
    SELECT new.id, 1, false, 'Author number ' || new.id, '1927-03-06', 'Colombian',
        repeat('x', 100), '[]', '{}', now(), now()
    FROM nextval('limit_author_id') AS new (id)
    RETURNING *
), event AS (
    INSERT INTO events (sequence, epoch, event_id, event_type, key, version, correlation_id,
        "timestamp", payload)
    SELECT nextval('limit_sequence'), 1, gen_random_uuid(), 'author.created',
        'author:' || author.id, 1, 'limit', author.created_at,
        jsonb_build_object('data', to_jsonb(author))::text
    FROM author
)
SELECT id, name, birth_date, nationality, biography, version, created_at FROM author;
