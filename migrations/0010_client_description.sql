-- What an app is for, in its own words: a sentence or two for reviewers, and for people once it is verified.

ALTER TABLE clients ADD COLUMN description text;
