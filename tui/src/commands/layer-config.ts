/** `nightlight layer config`: the lines that put the layer on a function. They are printed; no file is touched. */
import { CommandError } from '../command-error.ts';
import { LAYER_TOOLS, type LayerTool, layerConfig } from '../model/layer-config.ts';
import type { World } from '../world.ts';

export interface LayerConfigOptions {
  readonly layerArn?: string;
  readonly function?: string;
  readonly esm?: boolean;
}

export async function runLayerConfig(tool: string, options: LayerConfigOptions, world: World): Promise<number> {
  if (!isTool(tool)) {
    throw new CommandError(
      'USAGE',
      `layer config: expected one of ${LAYER_TOOLS.join(', ')}, found ${tool}`,
      'nightlight layer config sam',
    );
  }
  const config = layerConfig(tool, { layerArn: options.layerArn, functionName: options.function, isEsm: options.esm === true });
  switch (config.kind) {
    case 'lines':
      world.stdout.write(config.text);
      return 0;
    case 'bad-name':
      throw new CommandError(
        'USAGE',
        `--function: expected ${config.expected}, found ${config.found}`,
        `the name that the function has in your ${tool} file`,
      );
    case 'bad-arn':
      throw new CommandError(
        'USAGE',
        `--layer-arn: expected ${config.expected}, found ${config.found}`,
        'aws lambda list-layer-versions --layer-name nightlight',
      );
    default:
      return config satisfies never;
  }
}

const isTool = (word: string): word is LayerTool => (LAYER_TOOLS as readonly string[]).includes(word);
