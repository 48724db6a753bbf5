-- What an answer of another provider must match travels sealed in its `state`. No release has written this table.
DROP TABLE upstream_sign_ins;
