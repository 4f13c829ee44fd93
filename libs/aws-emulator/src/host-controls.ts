/** A command that Systems Manager is to run on a host. */
export interface HostCommand {
  commandId: string;
  instanceId: string;
  /** e.g. `AWS-RunShellScript` */
  document: string;
  /** The lines of the script. */
  commands: readonly string[];
  parameters: Readonly<Record<string, readonly string[]>>;
}

export interface CommandResult {
  exitCode: number;
  stdout?: string;
  stderr?: string;
}

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining';

/** What hosts, health checks and limits of the emulated account do: a test sets it, also in the middle of a run. */
export interface HostControls {
  /** Runs a command of Systems Manager; by default it succeeds and says nothing. */
  runCommand: (command: HostCommand) => Promise<CommandResult> | CommandResult;
  /** What the load balancer's health checks find, by instance. */
  targetState: (instanceId: string) => TargetState;
  /** A Redis that really answers, shown as every cache's endpoint; made-up names by default. */
  cacheEndpoint: { address: string; port: number } | undefined;
  /** Quotas that differ from a new account's, by code, e.g. `{'L-0263D0A3': 0}`. */
  quotas: Readonly<Record<string, number>>;
  /** What GetConsoleOutput gives. */
  consoleOutput: string;
}

export function defaultHostControls(): HostControls {
  return {
    runCommand: () => ({ exitCode: 0 }),
    targetState: () => 'healthy',
    cacheEndpoint: undefined,
    quotas: {},
    consoleOutput: 'Linux version 6.12 (emulator)\ncloud-init: modules done\n',
  };
}
