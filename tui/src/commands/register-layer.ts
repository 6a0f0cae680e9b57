/** `nightlight layer`: its commands, their options and their help; their modules are loaded when they run. */
import type { Command } from 'commander';
import type { World } from '../world.ts';
import type { LayerBuildOptions } from './layer-build.ts';
import type { LayerConfigOptions } from './layer-config.ts';

export function registerLayer(program: Command, world: World, end: (exitCode: number) => void): void {
  const layer = program
    .command('layer')
    .summary('the Lambda layer with the agent: build, config')
    .description('Makes the Lambda layer that measures a function from inside, and says how to put it on.')
    .helpCommand(false)
    .addHelpText(
      'before',
      `  nightlight layer build                   writes nightlight-layer.zip here; nothing is uploaded
  nightlight layer config sam              the lines to add to template.yaml
`,
    );
  layer
    .command('build')
    .summary('write the zip')
    .description('Writes the zip of the layer, the same bytes each time, and lists what is in it. Nothing is uploaded.')
    .option('-o, --out <file>', 'write there, whole or not at all; default: nightlight-layer.zip')
    .action(async (options: LayerBuildOptions) => end(await (await import('./layer-build.ts')).runLayerBuild(options, world)));
  layer
    .command('config')
    .summary('print the lines for SAM, CDK, Terraform or serverless')
    .description('Prints the lines that put the layer on a function. No file is touched.')
    .argument('<tool>', 'sam, cdk, terraform or serverless')
    .option('--layer-arn <arn>', 'a published version; without it, the lines publish the zip')
    .option('--function <name>', 'what the function is called in that file')
    .option('--esm', "the function's code is written in ES modules")
    .addHelpText(
      'before',
      `  nightlight layer config cdk --function checkout
  nightlight layer config terraform --layer-arn arn:aws:lambda:eu-west-1:123456789012:layer:nightlight:3
`,
    )
    .action(async (tool: string, options: LayerConfigOptions) =>
      end(await (await import('./layer-config.ts')).runLayerConfig(tool, options, world)),
    );
}
