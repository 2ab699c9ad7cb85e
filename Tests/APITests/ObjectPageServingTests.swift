import Access
import GantryBase
import Model
import State
import StateSQLite
import Testing

@testable import API

/// The pages of objects as browsers get them.
@Suite struct ObjectPageServingTests {
    /// Every page with a word that stands on it, in both languages.
    static let pages: [(address: String, english: String, chinese: String)] = [
        ("/", "Needs attention", "需要关注"), ("/overview/part", "Workloads ready", "就绪工作负载"),
        ("/businesses", "Businesses", "业务"), ("/services", "yidian/article", "服务"),
        ("/services?q=art&business=yidian&show=all", "yidian/article", "清除"),
        ("/services/yidian/article", "Last runs", "最近的流水线"),
        ("/services/yidian/article/part", "Last releases", "最近的发布版本"),
        ("/workloads", "yidian/article/production/guangzhou", "工作负载"),
        ("/workloads?environment=production&region=guangzhou&state=ready", "1 workload", "1 个工作负载"),
        ("/workloads/yidian/article/production/guangzhou", "aaaaaaaa", "实例"),
        ("/workloads/yidian/article/production/guangzhou/part", "bbbbbbbb", "重启"),
        ("/instances/yidian/article/production/guangzhou/aaaaaaaa", "GET /readyz", "探针"),
        ("/instances/yidian/article/production/guangzhou/aaaaaaaa/part", "Readiness", "就绪"),
        ("/runs", "yidian/article/2", "流水线"), ("/runs?state=waiting", "yidian/article/2", "待审批"),
        ("/runs?state=failed&service=yidian/article", "#1", "失败"),
        ("/runs/yidian/article/2", "waits for an approval", "等待审批"),
        ("/runs/yidian/article/2/part", "sign-off", "等待审批"),
        ("/runs/yidian/article/1", "exit status 1", "流水线失败"),
        ("/releases", "yidian/article/1", "发布版本"), ("/releases/yidian/article", "#1", "运行于"),
        ("/releases/yidian/article/1", "Roll back to it", "回滚到此版本"),
        ("/rollouts", "waits for the secret", "上线"),
        ("/rollouts?state=active&service=yidian/article", "#1", "进行中"),
        ("/rollouts/yidian/article/1", "It waits", "等待中"),
        ("/rollouts/yidian/article/1/part", "DB_PASSWORD", "地域"),
        ("/audit", "Every change", "永久保留"), ("/secrets", "yidian/article", "密钥"),
        ("/secrets/yidian/article", "DB_PASSWORD is not set", "DB_PASSWORD 尚未设置"),
        ("/tokens", "Revoke", "吊销"),
    ]

    @Test func everyPageIsServedInBothLanguages() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let browser = try await Browser.signedIn(server, try await server.admin())
            for page in Self.pages {
                let english = try await browser.get(page.address, ["Accept-Language: en"])
                #expect(english.status == 200, "\(page.address): \(english.status)")
                #expect(english.text.contains(page.english), "\(page.address) lacks \(page.english)")
                #expect(english.headers["content-type"] == "text/html; charset=utf-8")
                #expect(english.headers["content-security-policy"]?.contains("script-src 'self'") == true)
                let chinese = try await browser.get(page.address, ["Accept-Language: zh-CN"])
                #expect(chinese.text.contains(page.chinese), "\(page.address) lacks \(page.chinese)")
            }
        }
    }

    @Test func nothingIsThereBeforeAPlatformAndWithoutASession() async throws {
        try await TestServer.with { server in
            for address in ["/", "/services", "/runs/yidian/article/2", "/audit"] {
                #expect(try await Browser(server).get(address).status == 303)
            }
            let browser = try await Browser.signedIn(server, try await server.admin())
            let first = try await browser.get("/")
            #expect(first.status == 200 && first.text.contains("gantry apply platform.yaml"))
        }
    }

    @Test func whatIsNotThereIsSaidOnAPage() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let browser = try await Browser.signedIn(server, try await server.admin())
            for address in [
                "/services/yidian/none", "/runs/yidian/article/99", "/runs/yidian/article/x",
                "/releases/yidian/article/9",
                "/rollouts/yidian/article/9", "/workloads/yidian/article/production/nanjing",
                "/secrets/yidian/none",
                "/instances/yidian/article/production/guangzhou/zzzzzzzz",
            ] {
                let reply = try await browser.get(address)
                #expect(reply.status == 404 && reply.text.contains("<h1>"), "\(address): \(reply.status)")
            }
        }
    }

    @Test func aReaderSeesTheirBusinessesAlone() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let doc = try await Browser.signedIn(server, try await server.token("doc"))
            for address in [
                "/", "/businesses", "/services", "/workloads", "/runs", "/releases", "/rollouts", "/secrets",
            ] {
                let reply = try await doc.get(address)
                #expect(reply.status == 200 && !reply.text.contains("yidian"), "\(address) shows another's")
            }
            #expect(try await doc.get("/services").text.contains("yisheng/doctor"))
            for address in [
                "/services/yidian/article", "/runs/yidian/article/2",
                "/workloads/yidian/article/production/guangzhou",
                "/instances/yidian/article/production/guangzhou/aaaaaaaa", "/secrets/yidian/article",
                "/audit",
                "/releases/yidian/article/1", "/releases/yidian/article", "/rollouts/yidian/article/1",
                "/runs/yidian/article/2/log",
            ] { #expect(try await doc.get(address).status == 403, "\(address)") }
            let stranger = try await Browser.signedIn(server, try await server.token("nobody"))
            #expect(try await stranger.get("/").status == 403)
        }
    }

    @Test func aViewerIsOfferedNothingThatWouldBeRefused() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let viewer = try await Browser.signedIn(server, try await server.token("vic"))
            let run = try await viewer.get("/runs/yidian/article/2").text
            #expect(
                !run.contains("/decide") && !run.contains("/cancel")
                    && run.contains("It takes the role approver."))
            #expect(try await !viewer.get("/runs/yidian/article/1").text.contains("/retry"))
            #expect(try await !viewer.get("/services/yidian/article").text.contains("/rollback"))
            #expect(try await !viewer.get("/workloads/\(PageFixture.workload)").text.contains("/scale"))
            #expect(try await viewer.get("/secrets/yidian/article").text.contains("It takes the role admin."))
            // A token to read makes and changes nothing, whatever role its user has.
            let reader = try await Browser.signedIn(server, try await server.token("ana", [.read]))
            #expect(try await !reader.get("/runs/yidian/article/2").text.contains("/decide"))
            #expect(try await !reader.get("/tokens").text.contains("action=\"/tokens\""))
        }
    }

    @Test func hostileTextOfPeopleIsOnlyText() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server, tail: PageFixture.hostile)
            let browser = try await Browser.signedIn(server, try await server.admin())
            for page in Self.pages {
                let text = try await browser.get(page.address).text
                #expect(!text.contains("<script>alert") && !text.contains("onload='"), "\(page.address)")
                let read = text.replacing(/\s(?:data-copy|value)="[^"]*"/, with: "")
                #expect(!read.contains("\u{202E}") && !read.contains("\u{1B}"), "\(page.address)")
            }
            #expect(
                try await browser.get("/runs/yidian/article/2").text.contains(
                    "&lt;script&gt;alert(1)&lt;/script&gt;"))
            let searched = try await browser.get("/services?q=%3Cscript%3Ealert(1)%3C/script%3E")
            #expect(searched.status == 200 && !searched.text.contains("<script>alert"))
        }
    }

    @Test func aListGoesOnWhereItsPartEnded() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            // The order of names with a hyphen differs with and without what follows.
            for number in 0..<60 {
                for name in ["s\(number)", "s\(number)-b"] {
                    try await server.workload("yidian/\(name)/production/guangzhou", instances: ["aaaaaaaa"])
                }
            }
            let browser = try await Browser.signedIn(server, try await server.token("vic"))
            for place in ["/services", "/workloads"] {
                var (address, seen, pages) = (place, [String](), 0)
                while pages < 10 {
                    let text = try await browser.get(address).text
                    pages += 1
                    seen += text.matches(of: /data-href="([^"]+)"/).map { String($0.1) }
                    guard let next = text.firstMatch(of: /href="([^"]+)" rel="next"/)?.1 else { break }
                    address = String(next).replacing("&amp;", with: "&")
                }
                #expect(
                    pages == 3 && seen.count == 120 && Set(seen).count == 120,
                    "\(place): \(pages) \(seen.count)")
            }
        }
    }
}
