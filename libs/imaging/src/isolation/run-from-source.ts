import { registerHooks } from 'node:module';

// Loaded before a decoder process that runs from its TypeScript, as it does in tests: Node strips the types by itself,
// but relative imports name the file that tsc would make.
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier.startsWith('.') && context.parentURL?.endsWith('.ts') === true
        ? specifier.replace(/\.js$/, '.ts')
        : specifier,
      context,
    ),
});
