import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAll, stopAll } from './children.ts';
import { createCdk } from './deploy.ts';
import type { Deployment } from './deploy.ts';
import { startEmulator } from './emulator.ts';
import type { Emulator } from './emulator.ts';
import { failsClosed } from './failsClosed.ts';
import { hangUp } from './http.ts';
import { startIssuer } from './issuer.ts';
import type { SignInIssuer } from './issuer.ts';
import { findJobs } from './jobs.ts';
import { jobsDeployed } from './jobsDeployed.ts';
import { lacks } from './lacks.ts';
import { limits } from './limits.ts';
import { createMailbox } from './mailbox.ts';
import { managementRefusals } from './managementRefusals.ts';
import { monitoring } from './monitoring.ts';
import { createOperator } from './operator.ts';
import type { Operator } from './operator.ts';
import { secondOrganization } from './secondOrganization.ts';
import { redeploy } from './redeploy.ts';
import { exampleRefusals } from './refusals.ts';
import { createReport } from './report.ts';
import { retriesAndRotation } from './retries.ts';
import { deployedRights } from './rights.ts';
import { mainJob } from './scenario.ts';
import { secrecy } from './secrecy.ts';
import { createSystem, outputOf } from './system.ts';
import { usage } from './usage.ts';
import { ensureVenv } from './venv.ts';
import { warnings } from './warnings.ts';
import { workingCopy } from './workingCopy.ts';

// The real `cdk bootstrap` and `cdk deploy --all` to an emulator that others wrote, then the deployed product over HTTP.

const root = join(import.meta.dirname, '..', '..');
const limitMs = 10 * 60_000;

// From the moment that everything is being ended, what fails because of that is no news.
let isEnding = false;
const report = createReport((line) => {
  if (!isEnding) console.log(line);
});
const dir = await mkdtemp(join(tmpdir(), 'gatewarden-deploy-'));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void giveUp(`Stopped by ${signal}.`));
}
process.once('exit', killAll);
const limit = setTimeout(() => void giveUp(`Stopped: it took longer than ${limitMs / 60_000} minutes.`), limitMs);

await report.part('Set-up', async () => {
  const venv = await report.step('the emulator is installed as pinned', () =>
    ensureVenv({ dir: join(root, '.cache', 'ministack-venv'), requirements: join(import.meta.dirname, 'requirements.txt') }),
  );
  const emulator = await report.step('the emulator starts on the loopback interface', () => startEmulator({ venv, dir }));
  console.log(`    ministack ${emulator.version}, functions on Node ${process.version}, IAM policies enforced`);
  const operator = createOperator({ venv, emulator, dir });
  const issuer = await report.step('an issuer for the sign-in of members starts on the loopback interface', startIssuer);
  try {
    await deployAndTry({ emulator, operator, issuer });
  } finally {
    await issuer.close();
    if (report.failed > 0 && !isEnding) await printComplaints(emulator, operator);
    await emulator.stop();
  }
});
await finish();

interface Platform {
  readonly emulator: Emulator;
  readonly operator: Operator;
  readonly issuer: SignInIssuer;
}

async function deployAndTry({ emulator, operator, issuer }: Platform): Promise<void> {
  const project = await report.step('an operator has the project, with an issuer of their own in its configuration', () =>
    workingCopy(dir, { signIn: issuer.signIn }),
  );
  const cdk = createCdk({ emulator, dir, project });
  const deployed = await report.step('cdk bootstrap and cdk deploy --all succeed', async (): Promise<Deployment> => {
    await cdk.bootstrap();
    return cdk.deployAll();
  });
  const { outputs } = deployed;
  const rootToken = await report.step('the root token is in the secret that the output names', async () => {
    const { value } = await operator.secret(outputOf(outputs, 'Gatewarden-Bootstrap', 'RootTokenSecretName'));
    if (!/^gw_live_[0-9A-Za-z]{50}$/.test(value)) throw new Error('The secret holds no token.');
    return value;
  });
  const system = createSystem({ outputs, port: emulator.port, operator, rootToken });
  const mailbox = createMailbox(emulator);
  const jobs = await findJobs(operator);
  await jobsDeployed({ operator, jobs }, report);
  await monitoring({ operator, outputs }, report);
  await mainJob(system, report);
  await exampleRefusals(system, report);
  await limits(system, report);
  await usage({ system, jobs }, report);
  await managementRefusals(system, report);
  await retriesAndRotation(system, report);
  await report.part('A second organization', () => secondOrganization({ system, issuer, dir }, report));
  await warnings({ system, jobs, mailbox }, report);
  await redeploy({ cdk, operator, first: deployed }, report);
  await failsClosed(system, report);
  await deployedRights(operator, report);
  await secrecy({ system, mailbox }, report);
  await lacks(system, report);
}

/** What the emulator and the functions wrote down as going wrong, for whoever looks into a failure. */
async function printComplaints(emulator: Emulator, operator: Operator): Promise<void> {
  const emulated = (await emulator.log()).split('\n').filter((line) => / (WARNING|ERROR|CRITICAL) |Traceback|Error: /.test(line));
  const logged = await operator.logLines(...(await operator.logGroups()));
  const errors = logged.filter((line) => line.includes('"level":"ERROR"'));
  console.log(['\nThe emulator complained:', ...emulated.slice(-20), 'The functions complained:', ...errors.slice(-20)].join('\n'));
}

/** Ends everything, on a signal or when time is up; what was checked by then is still counted. */
async function giveUp(reason: string): Promise<void> {
  if (isEnding) return;
  const { passed, failed } = report;
  isEnding = true;
  await cleanUp();
  console.log(`\n${reason}\n\n${passed} passed, ${failed + 1} failed`);
  process.exit(1);
}

async function finish(): Promise<void> {
  if (isEnding) return;
  await cleanUp();
  console.log(`\n${report.passed} passed, ${report.failed} failed`);
  process.exitCode = report.failed > 0 || report.passed === 0 ? 1 : 0;
}

async function cleanUp(): Promise<void> {
  clearTimeout(limit);
  hangUp();
  await stopAll();
  await rm(dir, { recursive: true, force: true });
}
