import GantryBase
import Model
import Testing

@testable import Specification

@Suite struct NamingNormTests {
    @Test(arguments: ["article", "a", "a1", "user-profile", "a-1-b"])
    func aLowerCaseLabelIsAName(name: String) {
        #expect(NamingNorm.check(name, .service) == nil)
    }

    @Test(arguments: [
        "", "Article", "1a", "-a", "a-", "a--b", "a_b", "a.b", "a/b", "../..", "é", "a b", "a\n", "gantry",
        "kube-dns", "gantry-agent", "article-canary", "ａ",
    ])
    func whatIsNoLabelOrReservedIsRefusedWithAHint(name: String) throws {
        let violation = try #require(NamingNorm.check(name, .service))
        #expect(!violation.message.isEmpty && !violation.hint.isEmpty)
    }

    @Test func aWrongNameIsAnsweredWithARightOne() {
        #expect(NamingNorm.check("User_Profile", .service)?.hint.contains("write user-profile;") == true)
    }

    @Test(arguments: NamingNorm.Kind.allCases)
    func aNameMayBeAsLongAsItsLimitAndNoLonger(kind: NamingNorm.Kind) {
        let longest = String(repeating: "x", count: kind.lengthLimit)
        #expect(NamingNorm.check(longest, kind) == nil)
        #expect(NamingNorm.check(longest + "x", kind) != nil)
    }

    @Test(arguments: ["api", "git", "system", "kube", "kube-system", "admin"])
    func aBusinessIsNotNamedLikeAPartOfGantry(name: String) {
        #expect(NamingNorm.check(name, .business) != nil)
    }

    @Test func everyDerivedKubernetesNameFits() {
        let longest = { (kind: NamingNorm.Kind) in String(repeating: "x", count: kind.lengthLimit) }
        let service = ServiceName(BusinessName(longest(.business)), longest(.service))
        let region = RegionName(longest(.region))
        let namespace = KubernetesNames.namespace(service.business, EnvironmentName(longest(.environment)))
        #expect(namespace.utf8.count <= KubernetesNames.labelLimit)
        let pod = KubernetesNames.canary(service, region) + "-0123456789" + "-abcde"
        #expect(pod.utf8.count <= KubernetesNames.labelLimit)
        let object = KubernetesNames.object(service, region)
        #expect(object.utf8.count + KubernetesNames.suffixRoom <= KubernetesNames.labelLimit)
        #expect(NamingNorm.Kind.port.lengthLimit <= 15)
    }

    @Test(arguments: [
        ("yd-*", "yd-article", true), ("yd-*", "yd-", true), ("yd-*", "article", false),
        ("yd-*|web-*", "web-a", true), ("*-api", "user-api", true), ("*-api", "user-api-v2", false),
        ("a*b*c", "a-xbx-c", true), ("a*b*c", "acb", false), ("a?c", "abc", true), ("a?c", "ac", false),
        ("*", "", true), ("article", "article", true), ("article", "articles", false),
    ])
    func aPatternMatchesTheWholeName(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(name) == matches)
    }

    @Test func aPatternOfManyStarsIsQuick() {
        let pattern = NamePattern(String(repeating: "*a", count: 100))
        #expect(!pattern.matches(String(repeating: "a", count: 99) + "b"))
    }

    @Test func aServiceIsHeldToTheNormAndThePatternOfItsBusiness() throws {
        let text = """
            apiVersion: gantry/v1
            kind: Platform
            name: clinic
            businesses: [{name: yidian, names: "yd-*"}]
            regions: [east]
            clusters: [{name: local, kind: local}]
            environments: [{name: production}]
            """
        let platform = try #require(PlatformFile.read(text).value)
        try NamingNorm.require(ServiceName("yidian", "yd-article"), in: platform)
        let pattern = #expect(throws: GantryError.self) {
            try NamingNorm.require(ServiceName("yidian", "article"), in: platform)
        }
        #expect(pattern?.code == .invalid)
        let business = #expect(throws: GantryError.self) {
            try NamingNorm.require(ServiceName("yidain", "yd-article"), in: platform)
        }
        #expect(business?.code == .notFound)
        #expect(business?.hint == "did you mean yidian?")
        let inFile = ServiceFile.read(
            "apiVersion: gantry/v1\nkind: Service\nname: article\nlanguage: python@3.11\n",
            service: ServiceName("yidian", "article"), platform: platform)
        #expect(inFile.diagnostics.map(\.code) == ["name-norm"])
    }
}
