import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Environment } from "../../../../runtime/src/environment/environment.ts";
import { migrateSettings, partitionsSettings } from "../../../../runtime/src/schema/settings.ts";
import { masterFile, names, passwordOf, userFolders } from "../support/folders.ts";

describe("the environment of migrate", () => {
  let folder: string;
  let variables: Record<string, string>;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "settings-"));
    writeFileSync(join(folder, "ca.crt"), "authority\n");
    variables = {
      DATABASE_HOST: "postgres-0.postgres",
      DATABASE_PORT: "5432",
      DATABASE_NAME: "jobsprint",
      DATABASE_CA_FILE: join(folder, "ca.crt"),
      N8N_DATABASE_NAME: "n8n",
      DATABASE_MASTER_FILE: masterFile("postgres", "masterSecret1"),
      DATABASE_USER_FOLDERS: userFolders(),
    };
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const read = (more: Record<string, string | undefined> = {}) => {
    const environment = new Environment({ ...variables, ...more });
    const settings = migrateSettings(environment);
    environment.check();
    return settings;
  };

  it("is read as infra gives it", () => {
    const user = (name: string) => ({ name, password: passwordOf(name) });
    assert.deepEqual(read(), {
      master: {
        host: "postgres-0.postgres",
        port: 5432,
        tls: { ca: "authority" },
        user: "postgres",
        password: "masterSecret1",
        database: "postgres",
      },
      application: { user: user("jobsprint"), database: "jobsprint" },
      n8n: { user: user("n8n"), database: "n8n" },
      exporter: user("postgres_exporter"),
    });
  });

  it("finds users by name, whatever the order", () => {
    const reversed = [...names].reverse().map((name) => [name, passwordOf(name)]);
    const folders = userFolders(Object.fromEntries(reversed) as Record<string, string>);
    assert.deepEqual(read({ DATABASE_USER_FOLDERS: folders }).exporter.name, "postgres_exporter");
  });

  const problems = [
    { name: "a host that is missing", more: { DATABASE_HOST: undefined }, message: /DATABASE_HOST is required/ },
    { name: "a port of letters", more: { DATABASE_PORT: "pg" }, message: /DATABASE_PORT must be .* not "pg"/ },
    {
      name: "one database for both",
      more: { N8N_DATABASE_NAME: "jobsprint" },
      message: /must differ from DATABASE_NAME/,
    },
    {
      name: "a CA file that is missing",
      more: { DATABASE_CA_FILE: "/none" },
      message: /\/none, which cannot be read: ENOENT/,
    },
    { name: "no TLS beyond loopback", more: { DATABASE_TLS: "off" }, message: /DATABASE_TLS may be off .* loopback/ },
    {
      name: "a folder that is missing",
      more: { DATABASE_USER_FOLDERS: "/none" },
      message: /\/none\/username, .* ENOENT/,
    },
  ];
  for (const { name, more, message } of problems) {
    it(`refuses ${name}`, () => {
      assert.throws(() => read(more), message);
    });
  }

  it("refuses a master's file without a password, and does not quote it", () => {
    const file = join(folder, "master.json");
    writeFileSync(file, '{"username": "postgres", "secret": "masterSecret1"}');
    assert.throws(
      () => read({ DATABASE_MASTER_FILE: file }),
      ({ message }: Error) => /must hold JSON with/.test(message) && !message.includes("masterSecret1"),
    );
  });

  it("refuses a user too few, and a password of other letters, without quoting it", () => {
    const folders = userFolders({ jobsprint: "geheimüß", n8n: "n8nSecret1" });
    assert.throws(
      () => read({ DATABASE_USER_FOLDERS: folders }),
      ({ message }: Error) =>
        /must hold a folder of the user postgres_exporter/.test(message) &&
        /jobsprint\/password must be printable ASCII/.test(message) &&
        !message.includes("geheim"),
    );
  });

  it("tells all problems at once", () => {
    assert.throws(
      () => read({ DATABASE_HOST: "", DATABASE_PORT: "0", DATABASE_NAME: "", DATABASE_TLS: "maybe" }),
      ({ message }: Error) => message.split("\n").length === 5,
    );
  });
});

describe("the environment of partitions", () => {
  const read = (more: Record<string, string>) => {
    const file = masterFile("jobsprint", "secret");
    const files = { DATABASE_USERNAME_FILE: file, DATABASE_PASSWORD_FILE: file };
    const variables = { DATABASE_HOST: "127.0.0.1", DATABASE_NAME: "rw", DATABASE_TLS: "off", ...files, ...more };
    const environment = new Environment(variables);
    const settings = partitionsSettings(environment);
    environment.check();
    return settings;
  };

  it("keeps everything unless told otherwise", () => {
    assert.equal(read({}).retention, undefined);
  });
  it("detaches what it does not keep", () => {
    assert.deepEqual(read({ AUDIT_RETENTION_MONTHS: "12" }).retention, { months: 12, expired: "detach" });
  });
  it("drops only when asked to", () => {
    const asked = { AUDIT_RETENTION_MONTHS: "12", AUDIT_RETENTION_EXPIRED: "drop" };
    assert.deepEqual(read(asked).retention, { months: 12, expired: "drop" });
  });
  for (const months of ["0", "-1", "1.5", "many"]) {
    it(`refuses to keep ${months} months`, () => {
      assert.throws(() => read({ AUDIT_RETENTION_MONTHS: months }), /AUDIT_RETENTION_MONTHS must be a whole number/);
    });
  }
});
