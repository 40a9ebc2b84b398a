import assert from "node:assert/strict";
import type { Client } from "pg";
import { withClient } from "../../../../runtime/src/schema/connect.ts";
import { silent } from "../../../../runtime/src/schema/logger.ts";
import { migrate } from "../../../../runtime/src/schema/migrate.ts";
import type { MigrateSettings } from "../../../../runtime/src/schema/settings.ts";
import { rowsByPartition } from "../support/audit.ts";
import { passwordOf } from "../support/folders.ts";
import { all, master, one, startServer, type Server } from "../support/server.ts";

const now = () => new Date("2026-11-15T12:00:00Z");
const options = { now, logger: silent };

const tables = "select relname as name, pg_get_userbyid(relowner) as owner from pg_class where relkind in ('r', 'p')";
const ours = `${tables} and relnamespace = 'public'::regnamespace order by 1`;

describe("migrate, by a master that is no superuser", function () {
  this.timeout(300_000);
  let server: Server;
  let client: Client;
  let settings: MigrateSettings;

  const user = (name: string, password = passwordOf(name)) => ({ name, password });

  before(async () => {
    server = await startServer();
    settings = {
      master: { host: server.host, port: server.port, tls: false, database: "postgres", ...master },
      application: { user: user("jobsprint"), database: "jobsprint" },
      n8n: { user: user("n8n"), database: "n8n" },
      exporter: user("postgres_exporter"),
    };
    // As RDS makes it: the database exists and is the master's.
    const first = await server.superuser();
    await first.query("create database jobsprint owner master");
    await first.end();
    // Two at once, on nothing.
    await Promise.all([migrate(settings, options), migrate(settings, options)]);
    client = await server.superuser("jobsprint");
  });
  after(async () => {
    await client.end();
    await server.stop();
  });

  const login = (name: string, database: string, password = passwordOf(name)) =>
    server.connect({ user: name, database, password });

  it("makes every table once, all of them the application's", async () => {
    const owners = await all(client, ours);
    assert.deepEqual(
      owners,
      [
        "audit_logs",
        "audit_logs_2026_11",
        "audit_logs_2026_12",
        "audit_logs_2027_01",
        "audit_logs_2027_02",
        "audit_logs_default",
        "executions",
        "schema_migrations",
        "workflows",
      ].map((name) => ({ name, owner: "jobsprint" })),
    );
    const applied = await all<{ name: string }>(client, "select name from schema_migrations order by id");
    assert.deepEqual(
      applied.map(({ name }) => name),
      ["0001_tables", "0002_indexes", "0003_audit_index"],
    );
  });

  it("gives audit_logs the key with the time in it", async () => {
    const key =
      "select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'audit_logs'::regclass and contype = 'p'";
    assert.equal(await one(client, key), "PRIMARY KEY (id, created_at)");
  });

  const indexes = {
    idx_executions_workflow_status:
      "CREATE INDEX idx_executions_workflow_status ON public.executions USING btree (workflow_id, status) WHERE (status = ANY (ARRAY['running'::text, 'pending'::text]))",
    idx_executions_workflow_created:
      "CREATE INDEX idx_executions_workflow_created ON public.executions USING btree (workflow_id, created_at DESC)",
    idx_active_workflows: "CREATE INDEX idx_active_workflows ON public.workflows USING btree (user_id) WHERE is_active",
    idx_workflow_stats:
      "CREATE INDEX idx_workflow_stats ON public.workflows USING btree (user_id) INCLUDE (total_executions, successful_executions) WHERE is_active",
    idx_audit_logs_user_timestamp:
      "CREATE INDEX idx_audit_logs_user_timestamp ON ONLY public.audit_logs USING btree (user_id, created_at DESC)",
  };
  for (const [name, definition] of Object.entries(indexes)) {
    it(`has ${name}, valid and as wanted`, async () => {
      assert.equal(await one(client, "select pg_get_indexdef(to_regclass($1))", [name]), definition);
      assert.equal(
        await one(client, "select indisvalid from pg_index where indexrelid = to_regclass($1)", [name]),
        true,
      );
    });
  }

  it("has the index of audit_logs on every partition, attached and valid", async () => {
    const query = `
      select count(*)::int as partitions, count(child.indexrelid)::int as indexed, bool_and(child.indisvalid) as valid
      from pg_inherits member left join (
        select indexrelid, indrelid, indisvalid from pg_index join pg_inherits on inhrelid = indexrelid
        where inhparent = 'idx_audit_logs_user_timestamp'::regclass) child on child.indrelid = member.inhrelid
      where member.inhparent = 'audit_logs'::regclass`;
    assert.deepEqual(await all(client, query), [{ partitions: 5, indexed: 5, valid: true }]);
  });

  it("changes nothing when run again", async () => {
    const everything = `select oid::int, relname from pg_class where relnamespace = 'public'::regnamespace order by 1`;
    const before = await all(client, everything);
    await migrate(settings, options);
    assert.deepEqual(await all(client, everything), before);
  });

  it("lets each user into its own database alone", async () => {
    for (const [name, database] of [
      ["jobsprint", "jobsprint"],
      ["n8n", "n8n"],
      ["postgres_exporter", "postgres"],
    ] as const) {
      const own = await login(name, database);
      assert.equal(await one(own, "select current_user::text"), name);
      await own.end();
    }
    for (const [name, database] of [
      ["jobsprint", "n8n"],
      ["n8n", "jobsprint"],
      ["postgres_exporter", "jobsprint"],
      ["postgres_exporter", "n8n"],
    ] as const) {
      await assert.rejects(login(name, database), /permission denied for database/, `${name} in ${database}`);
    }
  });

  it("lets n8n make its tables and the exporter read figures", async () => {
    const n8n = await login("n8n", "n8n");
    await n8n.query("create table own (id int)");
    await n8n.end();
    const exporter = await login("postgres_exporter", "postgres");
    assert.equal(await one(exporter, "select pg_has_role('pg_monitor', 'usage')"), true);
    await exporter.end();
  });

  it("gives no user a right over others", async () => {
    const query = `select rolname from pg_roles where rolname in ('jobsprint', 'n8n', 'postgres_exporter')
      and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)`;
    assert.deepEqual(await all(client, query), []);
  });

  it("changes a password, at once and for good", async () => {
    const changed = { ...settings, n8n: { ...settings.n8n, user: user("n8n", "anotherSecret2") } };
    await migrate(changed, options);
    await assert.rejects(login("n8n", "n8n"), /password authentication failed/);
    await (await login("n8n", "n8n", "anotherSecret2")).end();
    await migrate(settings, options);
    await (await login("n8n", "n8n")).end();
  });

  it("stores passwords as the server itself would", async () => {
    const query =
      "select rolpassword ~ '^SCRAM-SHA-256\\$4096:.{24}\\$.{44}:.{44}$' from pg_authid where rolname = 'n8n'";
    assert.equal(await one(client, query), true);
  });

  it("tells where it could not connect, and not with what", async () => {
    const wrong = { ...settings, master: { ...settings.master, password: "wrongSecret3" } };
    await assert.rejects(migrate(wrong, options), (error: Error) => {
      assert.match(error.message, /cannot connect to postgres at 127\.0\.0\.1:\d+ as master: password authentication/);
      assert.doesNotMatch(error.message, /wrongSecret3/);
      return true;
    });
  });

  it("leaves archived months alone: it does not know what is kept", async () => {
    const own = await login("jobsprint", "jobsprint");
    await own.query("create table audit_logs_2025_01 (like audit_logs including defaults including constraints)");
    await own.query("insert into audit_logs (created_at, action, entity) values ('2025-01-06', 'ran', 'workflow')");
    const told: unknown[] = [];
    const logger = { ...silent, info: (fields: object, message: string) => told.push({ ...fields, message }) };
    await migrate(settings, { now, logger });
    assert.deepEqual(await rowsByPartition(own), { audit_logs_default: 1 });
    assert.ok(!told.some((line) => (line as { message: string }).message === "partition made"));
    await own.query("drop table audit_logs_2025_01; delete from audit_logs");
    await own.end();
  });

  it("holds what the tables promise", async () => {
    const connection = {
      ...settings.master,
      user: "jobsprint",
      password: passwordOf("jobsprint"),
      database: "jobsprint",
    };
    const refused = {
      "insert into workflows (user_id, name) values (gen_random_uuid(), '')": "23514",
      "insert into workflows (user_id, name, successful_executions) values (gen_random_uuid(), 'a', 1)": "23514",
      "insert into executions (workflow_id) values (gen_random_uuid())": "23503",
      "insert into audit_logs (action, entity) values ('', 'workflow')": "23514",
    };
    await withClient(connection, async (own) => {
      for (const [statement, code] of Object.entries(refused))
        await assert.rejects(own.query(statement), { code }, statement);
      const { rows } = await own.query<{ id: string }>(
        "insert into workflows (user_id, name) values (gen_random_uuid(), 'a') returning id",
      );
      const execution = "insert into executions (workflow_id, status, started_at, finished_at) values ($1, $2, $3, $4)";
      for (const [status, started, finished] of [
        ["lost", null, null],
        ["running", null, null],
        ["succeeded", now(), null],
        ["pending", null, now()],
      ] as const) {
        await assert.rejects(own.query(execution, [rows[0]?.id, status, started, finished]), { code: "23514" }, status);
      }
      await own.query(execution, [rows[0]?.id, "succeeded", now(), now()]);
    });
  });
});
