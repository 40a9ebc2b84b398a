-- Tables of the application. Bounds are part of the schema: what a program may not write, no program can.
-- A migration is never edited once it has run somewhere. Expand first (new columns may be null or have a default, and
-- the old programs run on), contract in a later release, once no program knows the old form any more.

CREATE TABLE workflows (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  definition jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(definition) = 'object'),
  is_active boolean NOT NULL DEFAULT false,
  total_executions integer NOT NULL DEFAULT 0 CHECK (total_executions >= 0),
  successful_executions integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT workflows_successful_executions_check CHECK (successful_executions BETWEEN 0 AND total_executions)
);

CREATE TABLE executions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid NOT NULL REFERENCES workflows ON DELETE CASCADE,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'succeeded', 'failed')),
  input jsonb NOT NULL DEFAULT '{}',
  error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  publish_attempt uuid, -- not yet confirmed by a queue; null once one has it
  CONSTRAINT executions_started_at_check CHECK (started_at IS NOT NULL OR status <> 'running'),
  CONSTRAINT executions_finished_at_check CHECK ((finished_at IS NOT NULL) = (status IN ('succeeded', 'failed'))),
  CONSTRAINT executions_error_check CHECK (error IS NULL OR status <> 'succeeded')
);

-- The key must contain what the table is partitioned by.
CREATE TABLE audit_logs (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  created_at timestamptz NOT NULL DEFAULT now(),
  user_id uuid,
  action text NOT NULL CHECK (action <> ''),
  entity text NOT NULL CHECK (entity <> ''),
  entity_id uuid,
  details jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

-- Takes what no month takes, so that an insert never fails for want of a partition.
CREATE TABLE audit_logs_default PARTITION OF audit_logs DEFAULT;
