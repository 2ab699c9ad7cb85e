import Expressions
import GantryBase

extension UISamples {
    static func log(_ now: Timestamp) -> [LogViewer.Line] {
        let texts: [(LogViewer.Level, String, [Range<Int>])] = [
            (.info, "listening on 0.0.0.0:8080", []), (.debug, "config conf/app.toml read, 18 keys", []),
            (.info, "GET /articles/1842 200 12 ms trace=4bf92f3577b34da6a3ce929d0e0e4736", []),
            (.info, "GET /articles/77 200 9 ms", []),
            (.warning, "slow query: SELECT * FROM articles WHERE channel = 'cardiology' took 812 ms", []),
            (.error, "timeout after 1000 ms calling yisheng/doctor GET /doctors:batch", [0..<7]),
            (.info, "读取文章 1842 成功，用时 12 毫秒", []),
            (.info, "hostile: <img src=x onerror=alert(1)> \u{1B}[31mred\u{1B}[0m \u{202E}txet", []),
            (
                .error,
                "Traceback (most recent call last): File \"main.py\", line 88, in handle; "
                    + "ConnectionResetError: [Errno 104] Connection reset by peer while reading the answer of yisheng/doctor",
                []
            ),
            (.info, "draining: 3 requests in flight", []),
        ]
        return texts.enumerated().map { index, line in
            LogViewer.Line(
                line.1, time: now - .milliseconds(Int64((texts.count - index) * 731)), level: line.0,
                marks: line.2)
        }
    }

    static var mistake: ExpressionError? {
        do {
            _ = try BooleanExpression.search("超时 level: error")
            return nil
        } catch { return error }
    }

    static var diff: DiffView {
        DiffView(
            .verbatim("service.yaml"),
            [
                .gap(6), .same(old: 7, new: 7, "resources: {cpu: 250m..1, memory: 256Mi..256Mi}"),
                .removed(old: 8, "scale:     {min: 2, max: 10, cpu: 60%}"),
                .added(new: 8, "scale:     {min: 2, max: 20, cpu: 60%, rps: 200}"),
                .added(new: 9, "stop:      {discovery: polaris, drain: 20s}"),
                .same(old: 9, new: 10, "expose:    [{host: articles.example.com, path: /}]"), .gap(14),
            ])
    }
}
