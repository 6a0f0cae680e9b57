/** `nightlight doctor`, its options and its help; its module is loaded when it runs. */
import type { Command } from 'commander';
import type { World } from '../world.ts';
import type { DoctorOptions } from './doctor.ts';

export function registerDoctor(program: Command, world: World, end: (exitCode: number) => void): void {
  program
    .command('doctor')
    .summary('look at all that will be needed tonight: terminal, port, clock, agent')
    .description(
      'Looks at Node, terminal, port, clock, aws, layer, agent, analysis and incident log, and says what to do about what is missing. Changes nothing, and talks to nobody.',
    )
    .option('--config', 'each setting, its value, and where it came from')
    .option('--log <file>', 'the log of marks; default: NIGHTLIGHT_INCIDENTS, else the state folder')
    .option('--runs <file>', 'the runs file of the recovery board')
    .option('--ascii', 'as watch takes it')
    .option('--no-color', 'as every command takes it')
    .addHelpText('after', '\nEnds with 0, or with 1 when something will not work (!). What cannot be told (?) is no failure.\n')
    .action(async (options: DoctorOptions) => end(await (await import('./doctor.ts')).runDoctor(options, world)));
}
