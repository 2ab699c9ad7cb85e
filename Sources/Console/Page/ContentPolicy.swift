/// What a page of the console may load and do: only what comes from the same server, and nothing inline.
package enum ContentPolicy {
    /// The value of `Content-Security-Policy`.
    package static let field = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
        font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """

    /// All fields that go with every page.
    package static let fields: [(name: String, value: String)] = [
        ("Content-Security-Policy", field),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
}
