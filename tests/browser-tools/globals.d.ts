// What Chromium has and TypeScript's own description of the web does not know yet.

interface Window {
  trustedTypes?: {
    createPolicy(name: string, rules: Record<string, (text: string) => string>): Record<string, (text: string) => any>;
  };
  showSaveFilePicker(options?: { suggestedName?: string }): Promise<any>;
}
