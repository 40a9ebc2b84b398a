import { runCommand } from "../command.ts";
import { waitUntil } from "../process.ts";
import { readlinkSync } from "node:fs";

/** The addresses of one cluster, all of them in 198.18.0.0/15, which RFC 2544 keeps for tests: no real network is hidden. */
export interface ClusterNetwork {
  /** 0 to 255; the rest follows from it. */
  readonly number: number;
  /** The host's end of the only cable into the cluster. */
  readonly interfaceName: string;
  readonly hostAddress: string;
  readonly nodeAddress: string;
  readonly podCidr: string;
  readonly serviceCidr: string;
  /** Of the Service "kubernetes": always the first of serviceCidr. */
  readonly apiServerAddress: string;
  /** Of the Service "kube-dns". */
  readonly dnsAddress: string;
}

/** How many clusters one host can have at once. */
export const networkCount = 256;

/** The node's end of the cable, seen only inside. */
export const nodeInterface = "node0";

/** The addresses of the cluster with this number. */
export function clusterNetwork(number: number): ClusterNetwork {
  return {
    number,
    interfaceName: `jobsprint${number}`,
    hostAddress: `198.18.${number}.1`,
    nodeAddress: `198.18.${number}.2`,
    podCidr: `198.19.${number}.0/25`,
    serviceCidr: `198.19.${number}.128/25`,
    apiServerAddress: `198.19.${number}.129`,
    dnsAddress: `198.19.${number}.138`,
  };
}

/** The numbers whose addresses no route of the host covers; `routes` as `ip` prints them, like "10.0.0.0/8" or "default". */
export function freeNumbers(routes: readonly string[]): number[] {
  const used = routes.filter((route) => /^\d/.test(route)).map(parse);
  const numbers = Array.from({ length: networkCount }, (_, number) => number);
  return numbers.filter((number) => {
    const own = [`198.18.${number}.0/30`, `198.19.${number}.0/24`].map(parse);
    return !own.some((one) => used.some((route) => overlap(one, route)));
  });
}

interface Cidr {
  readonly address: number;
  readonly bits: number;
}

function overlap(one: Cidr, other: Cidr): boolean {
  // Two networks meet when they agree in as many bits as the wider one fixes.
  const size = 2 ** (32 - Math.min(one.bits, other.bits));
  return Math.floor(one.address / size) === Math.floor(other.address / size);
}

function parse(cidr: string): Cidr {
  const [address = "", bits = "32"] = cidr.split("/");
  return { address: address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0), bits: Number(bits) };
}

/** Destinations of all routes of this host. */
export async function hostRoutes(): Promise<string[]> {
  const answer = await runCommand("ip", ["-json", "-4", "route", "show", "table", "all"]);
  return (JSON.parse(answer) as { dst: string }[]).map(({ dst }) => dst);
}

/**
 * Joins the host to the network namespace of the process: a cable with an address at the host's end, and routes to pods
 * and Services. All of it vanishes with the namespace.
 */
export async function connect(network: ClusterNetwork, pid: number): Promise<void> {
  const { interfaceName, hostAddress, nodeAddress, podCidr, serviceCidr } = network;
  const namespace = (who: string): string => readlinkSync(`/proc/${who}/ns/net`);
  // The process is started in ours and leaves it a moment later.
  await waitUntil(() => namespace(String(pid)) !== namespace("self"), {
    ...{ what: "the cluster's network namespace", timeoutSeconds: 10, intervalMs: 20 },
  });
  const ip = (...args: string[]): Promise<string> => runCommand("ip", args);
  await ip("link", "add", interfaceName, "type", "veth", "peer", "name", nodeInterface, "netns", String(pid));
  await ip("address", "add", `${hostAddress}/30`, "dev", interfaceName);
  await ip("link", "set", interfaceName, "up");
  for (const cidr of [podCidr, serviceCidr]) await ip("route", "add", cidr, "via", nodeAddress, "dev", interfaceName);
}

/** Takes the cable away; nothing happens when it has gone with its namespace already. */
export async function disconnect(network: ClusterNetwork): Promise<void> {
  await runCommand("ip", ["link", "delete", network.interfaceName]).catch(() => undefined);
}
