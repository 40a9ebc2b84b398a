// Who may import whom. Each comment tells the offender what to do instead.
const src = "^autoscaler/src";
const only = (...paths) => ({ pathNot: paths.map((path) => `^${path}`) });

// The program's layers from the lowest to those below the topmost; each knows the ones before it.
const layers = [
  { name: "pieces", folders: "naming|safety|kubernetes/" },
  { name: "network", folders: "network/" },
  { name: "cluster", folders: "cluster/" },
  { name: "data", folders: "data/" },
  { name: "services", folders: "services/" },
  { name: "scaling", folders: "scaling/" },
  { name: "topmost", folders: "edge/|monitoring/" },
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "core-is-pure",
      severity: "error",
      comment: "core decides from its arguments alone: pass the value in, or move the code to an adapter.",
      from: { path: `${src}/core/` },
      to: only("autoscaler/src/core/"),
    },
    {
      name: "ports-know-only-core",
      severity: "error",
      comment: "A port is an interface over core's types: move what needs more into the adapter.",
      from: { path: `${src}/ports/` },
      to: only("autoscaler/src/(core|ports)/"),
    },
    {
      name: "control-sees-ports-not-adapters",
      severity: "error",
      comment: "Take the port as an argument; main passes the adapter in.",
      from: { path: `${src}/control/` },
      to: only("autoscaler/src/(core|ports|control)/"),
    },
    {
      name: "adapters-do-not-reach-up",
      severity: "error",
      comment: "An adapter takes plain values; main reads the configuration and wires.",
      from: { path: `${src}/adapters/` },
      to: { path: `${src}/(control|config|observe|cli|main)` },
    },
    {
      name: "adapters-do-not-know-each-other",
      severity: "error",
      comment: "Define a port for what is shared and let main connect the two.",
      from: { path: `${src}/adapters/([^/]+)/` },
      to: { path: `${src}/adapters/`, pathNot: `${src}/adapters/$1/` },
    },
    {
      name: "observe-knows-ports-and-core",
      severity: "error",
      comment: "Tell from the Decision value; whatever else is needed belongs into a port.",
      from: { path: `${src}/observe/` },
      to: { path: "^autoscaler/", pathNot: `${src}/(observe|ports|core)/` },
    },
    {
      name: "config-knows-only-core",
      severity: "error",
      comment: "The schema is the contract with infra/: keep it free of adapters and control.",
      from: { path: `${src}/config/` },
      to: { path: "^autoscaler/", pathNot: `${src}/(config|core)/` },
    },
    {
      name: "kube-client-in-one-folder",
      severity: "error",
      comment: "Only adapters/kubernetes speaks to the API server.",
      from: { path: "^autoscaler/", pathNot: `${src}/adapters/kubernetes/` },
      to: { path: "node_modules/@kubernetes/" },
    },
    {
      name: "nobody-imports-main",
      severity: "error",
      comment: "main is the composition root: move what you need out of it.",
      from: { pathNot: "^test/" },
      to: { path: `(${src}|^services/[^/]+/src|^local|^simulator|^infra/capacity)/main\\.ts$` },
    },
    {
      name: "autoscaler-stands-alone",
      severity: "error",
      comment: "The autoscaler's image carries no other part of the repository.",
      from: { path: "^autoscaler/" },
      to: { path: "^(infra|policy|services|runtime|local|simulator|build|test)/" },
    },
    {
      name: "build-stands-alone",
      severity: "error",
      comment: "The bundler reads programs as files, by the paths in build/programs.ts.",
      from: { path: "^build/" },
      to: { path: "^(infra|policy|autoscaler|services|runtime|local|simulator|test)/" },
    },
    {
      name: "services-stand-alone",
      severity: "error",
      comment: "A service is built from itself and runtime/ alone.",
      from: { path: "^services/([^/]+)/" },
      to: { path: "^(infra|policy|autoscaler|local|simulator|build|services)/", pathNot: "^services/$1/" },
    },
    {
      name: "local-stands-alone",
      severity: "error",
      comment: "local/ starts programs as processes; it imports none of them.",
      from: { path: "^local/" },
      to: { path: "^(infra|policy|autoscaler|runtime|services|simulator|build)/" },
    },
    {
      name: "simulator-knows-only-the-core",
      severity: "error",
      comment: "The simulation decides with the shipped code and knows nothing else of the repository.",
      from: { path: "^simulator/" },
      to: {
        path: "^(autoscaler|infra|policy|services|runtime|local|build|test)/",
        pathNot: `${src}/core/`,
      },
    },
    {
      name: "infra-imports-no-other-part",
      severity: "error",
      comment:
        "The program knows the autoscaler's configuration, the queues' topology and nothing else of the repository.",
      from: { path: "^infra/" },
      to: {
        path: "^(autoscaler|policy|services|runtime|local|simulator|build)/",
        pathNot: "^(autoscaler/src/config/|runtime/src/queue/topology\\.ts$)",
      },
    },
    {
      name: "runtime-stands-alone",
      severity: "error",
      comment: "A service developer imports runtime/ and gets nothing else of the repository.",
      from: { path: "^runtime/" },
      to: { path: "^(infra|policy|autoscaler|services|local|simulator|build|test)/" },
    },
    {
      name: "runtime-modules-do-not-know-each-other",
      severity: "error",
      comment: "A module is used without the others: take what is needed as an argument, or as a type of telemetry.ts.",
      from: { path: "^runtime/src/([^/]+)/" },
      to: { path: "^runtime/src/", pathNot: "^runtime/src/($1/|environment/|[^/]+/telemetry\\.ts$)" },
    },
    {
      name: "topology-is-data",
      severity: "error",
      comment: "infra/ reads it too: keep it free of imports.",
      from: { path: "^runtime/src/queue/topology\\.ts$" },
      to: { path: "." },
    },
    ...layers.slice(0, -1).map((layer, height) => ({
      name: `infra-${layer.name}-knows-what-is-below`,
      severity: "error",
      comment: "A layer takes from those below it: let the root pass the value in.",
      from: { path: `^infra/(${layer.folders})` },
      to: {
        path: `^infra/(config/|render/|${layers
          .slice(height + 1)
          .map(({ folders }) => folders)
          .join("|")})`,
      },
    })),
    {
      name: "infra-edge-and-monitoring-stand-beside",
      severity: "error",
      comment: "The topmost layers are side by side: the root passes from one to the other.",
      from: { path: "^infra/(edge|monitoring)/" },
      to: { path: "^infra/(config|render|edge|monitoring)/", pathNot: "^infra/$1/" },
    },
    {
      name: "sizing-is-pure",
      severity: "error",
      comment: "Figures are a table: whoever computes with them imports it.",
      from: { path: "^infra/sizing" },
      to: { path: "." },
    },
    {
      name: "capacity-is-arithmetic",
      severity: "error",
      comment: "Demand and limits follow from figures alone: take what else is needed as an argument.",
      from: { path: "^infra/capacity/", pathNot: "main\\.ts$" },
      to: { pathNot: "^infra/(capacity/|sizing)" },
    },
    {
      name: "policy-stands-alone",
      severity: "error",
      comment: "A policy judges what a program declares, whichever program: read the resource's properties.",
      from: { path: "^policy/" },
      to: { path: "^(infra|autoscaler|services|runtime|local|simulator|build|test)/" },
    },
    {
      name: "policies-do-not-know-each-other",
      severity: "error",
      comment: "One policy a file: move what two of them need into policy/support.",
      from: { path: "^policy/(aws|kubernetes)/" },
      to: { path: "^policy/", pathNot: "^policy/support/" },
    },
    {
      name: "nobody-imports-the-pack",
      severity: "error",
      comment: "Loading the pack starts its server: import the list in policy/policies.ts.",
      from: { pathNot: "^policy/index\\.js$" },
      to: { path: "^policy/(pack\\.ts|index\\.js)$" },
    },
    {
      name: "no-dependency-on-tests",
      severity: "error",
      comment: "Move the shared code out of test/.",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
    {
      name: "no-circular",
      severity: "error",
      comment: "Move what both need into a third file.",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
