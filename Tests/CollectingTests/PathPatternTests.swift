import Testing

@testable import Collecting

@Suite struct PathPatternTests {
    @Test(arguments: [
        ("/articles/1", "/articles/{id}"), ("/articles/4711/comments", "/articles/{id}/comments"),
        ("/", "/"), ("", "/"), ("//a///b/", "/a/b"), ("/healthz", "/healthz"),
        ("/api/v2/users", "/api/v2/users"),
        ("/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/users/{id}"), ("/blob/deadbeef01", "/blob/{id}"),
        ("/facade", "/facade"), ("/days/2026-01-01", "/days/{id}"), ("/search?q=1&page=2", "/search"),
        ("/a#part/1", "/a"), ("/文章/1", "/{id}/{id}"), ("/a%20b", "/{id}"),
        ("/orders/ord-20260101-88", "/orders/{id}"), ("/oauth2/token", "/oauth2/token"),
        ("/1/2/3/4/5/6/7/8/9", "/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/*"),
        ("/verylongnamethatnobodywouldgivetoapartofapath", "/{id}"),
    ])
    func `a path becomes a pattern`(_ path: String, _ pattern: String) {
        #expect(PathPattern.of(path) == pattern)
        #expect(PathPattern.of(pattern) == pattern)
    }
}
