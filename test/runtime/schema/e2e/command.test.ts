import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../../../build/bundle.ts";
import { programs } from "../../../../build/programs.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { masterFile, names, passwordOf, userFolders } from "../support/folders.ts";
import { runProgram, type Run } from "../support/run.ts";
import { master, one, startServer, type Server } from "../support/server.ts";

const sources = join(repositoryRoot, "runtime/src/schema/main.ts");

const programsToRun = [
  { name: "the sources", build: () => Promise.resolve(sources) },
  {
    name: "the bundle, with nothing of the repository around it",
    build: async (folder: string) => {
      const program = programs.schema();
      await bundle(program, folder);
      return join(folder, program.file);
    },
  },
];

for (const { name, build } of programsToRun) {
  describe(`the command of the schema, from ${name}`, function () {
    this.timeout(300_000);
    let server: Server;
    let folder: string;
    let program: string;
    let variables: Record<string, string>;
    let migrateVariables: Record<string, string>;
    let application: string;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "schema-"));
      server = await startServer();
      program = await build(folder);
      const folders = userFolders();
      application = folders.split(",")[0] ?? "";
      // As the pods have it: the name in the certificate is the host's.
      variables = {
        DATABASE_HOST: "localhost",
        DATABASE_PORT: `${server.port}`,
        DATABASE_NAME: "jobsprint",
        DATABASE_CA_FILE: server.caFile,
      };
      migrateVariables = {
        ...variables,
        N8N_DATABASE_NAME: "n8n",
        DATABASE_MASTER_FILE: masterFile(master.user, master.password),
        DATABASE_USER_FOLDERS: folders,
      };
    });
    after(async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    });

    const migrate = (more: Record<string, string> = {}): Promise<Run> =>
      runProgram(program, ["migrate"], { ...migrateVariables, ...more });
    const partitions = (more: Record<string, string> = {}): Promise<Run> =>
      runProgram(program, ["partitions"], {
        ...variables,
        DATABASE_USERNAME_FILE: join(application, "username"),
        DATABASE_PASSWORD_FILE: join(application, "password"),
        ...more,
      });
    const messages = ({ lines }: Run): unknown[] => lines.map(({ message }) => message);

    it("migrates from nothing, over TLS, and tells each step and how long it took", async () => {
      const run = await migrate();
      console.info(run.output.replace(/^/gm, "      "));
      assert.equal(run.code, 0, run.output);
      assert.deepEqual(messages(run), [
        ...names.map((user) => `user ${user}`),
        "postgres_exporter may read figures",
        "database jobsprint",
        "database n8n",
        "migrations",
        ...Array.from({ length: 4 }, () => "partition made"),
        "partitions",
        "migrate done",
      ]);
      const steps = run.lines.filter(({ message }) => message !== "partition made");
      assert.ok(steps.every(({ seconds }) => typeof seconds === "number"));
      // Every line is one of these objects: no warning of Node's, no stack.
      assert.equal(run.output.trim().split("\n").length, run.lines.length);
    });

    it("migrates again without a change", async () => {
      const run = await migrate();
      assert.equal(run.code, 0);
      const made = run.lines.find(({ message }) => message === "migrations");
      assert.deepEqual(made?.applied, []);
      assert.ok(run.lines.every(({ created }) => created !== true));
    });

    it("makes partitions as the application, and has nothing to do", async () => {
      const run = await partitions({ AUDIT_RETENTION_MONTHS: "12" });
      assert.equal(run.code, 0, run.output);
      assert.deepEqual(messages(run), ["partitions", "partitions done"]);
      const { created, detached, moved, left } = run.lines[0] ?? {};
      assert.deepEqual({ created, detached, moved, left }, { created: [], detached: [], moved: 0, left: 0 });
    });

    it("makes a partition that is missing", async () => {
      const client = await server.superuser("jobsprint");
      const [last] = (
        await client.query<{ name: string }>(
          "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_logs'::regclass order by 1",
        )
      ).rows;
      await client.query(`drop table ${last?.name ?? ""}`);
      const run = await partitions();
      assert.deepEqual(run.lines[0]?.month, (last?.name ?? "").replace("audit_logs_", ""));
      assert.equal(await one(client, "select to_regclass($1)::text", [last?.name]), last?.name);
      await client.end();
    });

    it("ends with code 1 after all else is done where tables are unfit, and names each", async () => {
      const client = await server.superuser("jobsprint");
      const { rows } = await client.query<{ name: string }>(
        `select 'audit_logs_' || to_char(now() at time zone 'UTC' - months * interval '1 month', 'YYYY_MM') as name
         from generate_series(1, 2) months order by 1`,
      );
      for (const { name } of rows) await client.query(`create table ${name} (id uuid)`);
      await client.query(
        `insert into audit_logs (created_at, action, entity)
         select now() - months * interval '1 month', 'ran', 'workflow' from generate_series(1, 2) months`,
      );
      const { code, lines, output } = await partitions();
      assert.equal(code, 1);
      const last = lines.at(-1);
      assert.equal(last?.level, "error");
      const named = rows.map(({ name }) => `\n {2}${name}: the table exists and lacks .*`);
      assert.match(String(last.message), new RegExp(`^not all partitions are as they should be:${named.join("")}$`));
      assert.equal(lines.filter(({ level }) => level === "warn").length, 3, output);
      for (const { name } of rows) await client.query(`drop table ${name}`);
      await client.query("delete from audit_logs");
      await client.end();
    });

    const failures = [
      {
        what: "a server that is not there",
        run: () => partitions({ DATABASE_PORT: "1" }),
        message: /^cannot connect to jobsprint at localhost:1 as jobsprint: .*ECONNREFUSED/,
      },
      {
        what: "a certificate of another authority",
        run: () => partitions({ DATABASE_CA_FILE: join(repositoryRoot, "LICENSE") }),
        message: /^cannot connect to jobsprint at localhost:\d+ as jobsprint: /,
      },
      {
        what: "a certificate for another name",
        run: () => partitions({ DATABASE_HOST: "127.0.0.1" }),
        message: /^cannot connect to .*does not match certificate's altnames/,
      },
      {
        what: "a bad environment, all at once",
        run: () => partitions({ DATABASE_PORT: "0", DATABASE_NAME: "", AUDIT_RETENTION_MONTHS: "none" }),
        message:
          /^bad environment:\n {2}DATABASE_PORT must .*\n {2}DATABASE_NAME is .*\n {2}AUDIT_RETENTION_MONTHS must /,
      },
      {
        what: "a command that it does not know",
        run: () => runProgram(program, ["drop"], {}),
        message: /^usage: schema migrate\|partitions$/,
      },
    ];
    for (const { what, run, message } of failures) {
      it(`ends with code 1 and one clear error for ${what}`, async () => {
        const { code, lines, output } = await run();
        assert.equal(code, 1);
        assert.equal(output.trim().split("\n").length, 1, output);
        assert.equal(lines[0]?.level, "error");
        assert.match(String(lines[0].message), message);
      });
    }

    it("shows no password, neither here nor in the server's log of every statement", async () => {
      const changed = {
        jobsprint: passwordOf("jobsprint"),
        n8n: "changedSecret9",
        postgres_exporter: "changedSecret8",
      };
      const { output } = await migrate({ DATABASE_USER_FOLDERS: userFolders(changed) });
      const log = readFileSync(server.logFile, "utf8");
      assert.match(log, /alter role "n8n"/);
      for (const secret of [...Object.values(changed), ...names.map(passwordOf), master.password]) {
        assert.ok(!output.includes(secret) && !log.replace(/create role master.*/g, "").includes(secret));
      }
    });
  });
}
