CREATE TABLE IF NOT EXISTS "#__leadbridge_spool" (
  "id" bigserial NOT NULL,
  "message_id" varchar(64) NOT NULL,
  "source" varchar(20) NOT NULL,
  "form" varchar(100) NOT NULL,
  "body" text NULL,
  "state" varchar(10) NOT NULL,
  "attempts" integer NOT NULL,
  "created_at" bigint NOT NULL,
  "due_at" bigint NOT NULL,
  "leased_until" bigint NOT NULL,
  "finished_at" bigint NOT NULL,
  "last_status" integer NOT NULL,
  "last_error" varchar(500) NOT NULL,
  PRIMARY KEY ("id"),
  UNIQUE ("message_id")
);

CREATE INDEX IF NOT EXISTS "#__leadbridge_due" ON "#__leadbridge_spool" ("state", "due_at");

CREATE TABLE IF NOT EXISTS "#__leadbridge_state" (
  "name" varchar(40) NOT NULL,
  "value" varchar(500) NOT NULL,
  "until_at" bigint NOT NULL,
  PRIMARY KEY ("name")
);
