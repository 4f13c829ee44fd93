import { registerHooks } from 'node:module';

// Loaded before a decoder process that runs from TypeScript, as in tests. Node strips the types, but relative imports
// name the file that tsc would create.
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier.startsWith('.') && context.parentURL?.endsWith('.ts') === true
        ? specifier.replace(/\.js$/, '.ts')
        : specifier,
      context,
    ),
});
