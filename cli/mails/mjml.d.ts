// mjml 5 carries no types; this is the part that is called.
declare module 'mjml' {
  function mjml2html(
    source: string,
    options: { validationLevel: 'strict'; fonts: Record<string, string>; keepComments: boolean },
  ): Promise<{ html: string; errors: readonly { formattedMessage: string }[] }>;
  export default mjml2html;
}
