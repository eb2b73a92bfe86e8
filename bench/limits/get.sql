\set id random(1, 10000)
SELECT id, version, deleted, name, birth_date, death_date, nationality, biography, aliases,
    identifiers, created_at, updated_at
FROM authors WHERE id = :id;
