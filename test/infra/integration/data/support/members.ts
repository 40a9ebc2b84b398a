import { randomInt } from "node:crypto";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { redisConf, type RedisFolders } from "../../../../../infra/data/redis/redisConf.ts";
import { memberDomain, replicasPerMaster } from "../../../../../infra/data/redis/members.ts";
import { scripts } from "../../../../../infra/data/redis/scripts.ts";
import { memberNames, serverNames } from "../../../../../infra/data/serverNames.ts";
import { createAuthority, issueCertificate } from "../../../../../local/kubernetes/certificates.ts";
import { temporaryFolder, type ManagedProcess } from "../../../../../local/process.ts";
import { runInRootfs, serverFolder, startInRootfs } from "../../../../../local/servers/chroot.ts";

const user = "redis";

/** As a member sees its folder. */
const folders: RedisFolders = {
  configuration: "/srv",
  data: "/srv",
  memory: "/run",
  credential: "/srv",
  certificate: "/srv",
  authorityFile: "/srv/ca.crt",
};

export const password = "letters4ndDigits";

/** In place of the cluster's DNS: looks a name up in a file that the test rewrites. */
const getent = `#!/bin/sh
awk -v name="$2" '$2 == name { print $1, name; found = 1 } END { exit !found }' /srv/hosts
`;

/** Members as pods would run them: the shipped configuration and scripts, each on an address of its own. */
export interface Members {
  /** PEM of the authority. */
  readonly ca: string;
  /** Of each member now. */
  readonly addresses: readonly string[];
  readonly processes: readonly ManagedProcess[];
  /** Starts all on addresses that none had before. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Runs one of the shipped scripts beside a member; returns its output, fails as it fails. */
  run(index: number, script: keyof typeof scripts): Promise<string>;
  /** A file of a member's volume. */
  read(index: number, name: string): Promise<string>;
  remove(): Promise<void>;
}

export const nameOf = (index: number): string => `redis-${index}.${memberDomain}`;

/** `count` members on a loopback network of their own, with the ports of the pods. */
export async function createMembers(count: number): Promise<Members> {
  const { ca, files } = await memberFiles();
  const memberFolders = await Promise.all(
    Array.from({ length: count }, (_, index) => serverFolder(`redis-${index}`, user, files)),
  );
  for (const folder of memberFolders) {
    await mkdir(join(folder, "bin"));
    await writeFile(join(folder, "bin/getent"), getent);
    await chmod(join(folder, "bin/getent"), 0o755);
  }
  // Two runs at once must not meet.
  const network = `127.${randomInt(2, 250)}.${randomInt(1, 250)}`;
  let next = 1;
  let addresses: string[] = [];
  let processes: ManagedProcess[] = [];

  const environment = (index: number): Record<string, string> => ({
    PATH: "/srv/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    POD_NAME: `redis-${index}`,
    POD_IP: addresses[index] ?? "",
    REDIS_SERVICE: "redis",
    REDIS_DOMAIN: memberDomain,
    REDIS_NODES: count.toString(),
    REDIS_REPLICAS: replicasPerMaster(count).toString(),
    REDIS_HOST: addresses[index] ?? "",
    REDIS_PORT: "6379",
    REDIS_CONFIG: "/srv/redis.conf",
    REDIS_DATA: folders.data,
    REDIS_AUTH_CONFIG: "/run/auth.conf",
    REDIS_PASSWORD_FILE: "/srv/password",
    REDIS_CA_FILE: folders.authorityFile,
    REDIS_RESOLVE_SECONDS: "60",
  });

  return {
    ca,
    get addresses() {
      return addresses;
    },
    get processes() {
      return processes;
    },
    async start() {
      addresses = memberFolders.map(() => `${network}.${next++}`);
      const hosts = addresses.map((address, index) => `${address} ${nameOf(index)}\n`).join("");
      await Promise.all(memberFolders.map((folder) => writeFile(join(folder, "hosts"), hosts, { mode: 0o644 })));
      processes = await Promise.all(
        memberFolders.map((folder, index) =>
          startInRootfs({
            name: `redis-${index}`,
            user,
            folder,
            // All of a pod's addresses are its own; here six members share one machine.
            command: ["sh", "/srv/entry.sh", "--bind", addresses[index] ?? ""],
            env: environment(index),
          }),
        ),
      );
    },
    async stop() {
      await Promise.all(processes.map((one) => one.stop("SIGTERM", 60)));
    },
    run: (index, script) =>
      runInRootfs(
        { user, folder: memberFolders[index] ?? "", command: ["sh", `/srv/${script}`], env: environment(index) },
        120,
      ),
    read: (index, name) => readFile(join(memberFolders[index] ?? "", name), "utf8"),
    async remove() {
      await Promise.all(processes.map((one) => one.stop("SIGKILL")));
      await Promise.all(memberFolders.map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}

async function memberFiles(): Promise<{ ca: string; files: Record<string, string> }> {
  const folder = temporaryFolder("redis-certificates");
  const authority = await createAuthority(folder, "test-ca");
  const names = [...serverNames("redis"), ...memberNames("redis")].map((name) => `DNS:${name}`);
  const request = { name: "redis", commonName: "redis", subjectAltNames: names };
  const { certFile, keyFile } = await issueCertificate(folder, authority, request);
  const ca = await readFile(authority.certFile, "utf8");
  return {
    ca,
    files: {
      ...scripts,
      "redis.conf": redisConf({ cpu: 1, memoryGi: 0.125 }, folders),
      "ca.crt": ca,
      "tls.crt": await readFile(certFile, "utf8"),
      "tls.key": await readFile(keyFile, "utf8"),
      password,
    },
  };
}
