/** `nightlight completion` and its help; its module is loaded when it runs. */
import { Argument, type Command } from 'commander';
import type { World } from '../world.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type CompletedShell = (typeof SHELLS)[number];

export function registerCompletion(program: Command, world: World, end: (exitCode: number) => void): void {
  program
    .command('completion')
    .summary('completion for bash, zsh or fish')
    .description('Prints what makes your shell complete commands, options and their words. It is made from the commands themselves.')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS))
    .addHelpText(
      'before',
      `  eval "$(nightlight completion bash)"                                        this shell
  nightlight completion bash >> ~/.bashrc                                      every bash
  nightlight completion zsh > ~/.zsh/completions/_nightlight                   zsh, a folder of your fpath
  nightlight completion fish > ~/.config/fish/completions/nightlight.fish      fish
`,
    )
    .action(async (shell: CompletedShell) => end((await import('./completion.ts')).runCompletion(shell, program, world)));
}
