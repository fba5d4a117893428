// Teaches the visitor of @swc/core 1.16, with which dependency-cruiser looks for imports, that `using` and
// `await using` are declarations; without this it ends with "Unknown statement type".

import { createRequire } from 'node:module';
import type { Statement, VariableDeclarator } from '@swc/core';

interface StatementVisitor {
  visitStatement: (statement: Statement | UsingDeclaration) => Statement | UsingDeclaration;
  visitVariableDeclarators(declarators: VariableDeclarator[]): VariableDeclarator[];
}

/** The type is missing in @swc/core's own types of statements. */
interface UsingDeclaration {
  type: 'UsingDeclaration';
  decls: VariableDeclarator[];
}

export function acceptUsingDeclarations(): void {
  const { Visitor } = createRequire(import.meta.url)('@swc/core/Visitor.js') as {
    Visitor: { prototype: StatementVisitor };
  };
  const visitor = Visitor.prototype;
  const visitOther = visitor.visitStatement;
  visitor.visitStatement = function visitStatement(statement) {
    if (statement.type !== 'UsingDeclaration') return visitOther.call(this, statement);
    this.visitVariableDeclarators(statement.decls);
    return statement;
  };
}
