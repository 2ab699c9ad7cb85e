import Model
import Planning
import Testing

@Suite struct ExposureClaimsTests {
    private let article = ServiceName("yidian", "article")
    private let author = ServiceName("yidian", "author")
    private let page = ServiceName("yiyao", "page")

    private func exposed(_ paths: String..., in environment: EnvironmentName = "production")
        -> ExposureClaims.Exposed
    {
        [environment: paths.map { Exposure(host: "a.example.com", path: $0) }]
    }

    @Test func whatOthersExposeIsTakenInItsEnvironmentAlone() {
        let taken = ExposureClaims.others(
            than: article,
            among: [
                (article, exposed("/mine")), (author, exposed("/a")),
                (page, exposed("/p", in: "development")),
            ])
        #expect(
            taken == [
                "production": [Exposure(host: "a.example.com", path: "/a"): author],
                "development": [Exposure(host: "a.example.com", path: "/p"): page],
            ])
    }

    @Test func branchesOfOneServiceAddUpAndTheFirstOfTwoServicesIsNamed() {
        let taken = ExposureClaims.others(
            than: article,
            among: [(page, exposed("/x")), (author, exposed("/x")), (author, exposed("/y"))])
        #expect(taken["production"]?[Exposure(host: "a.example.com", path: "/x")] == author)
        #expect(taken["production"]?[Exposure(host: "a.example.com", path: "/y")] == author)
    }

    @Test(arguments: [("/a", "/a"), ("/a/", "/a"), ("/", "/"), ("//", "/"), ("/a/b//", "/a/b")])
    func pathsThatAnswerTheSameRequestsAreEqual(_ path: String, _ normal: String) {
        #expect(
            Exposure(host: "A.example.com", path: path).normal
                == Exposure(host: "a.example.com", path: normal))
    }

    @Test func aPathBelowAnotherIsNotTheSame() {
        #expect(Exposure(host: "a", path: "/a").normal != Exposure(host: "a", path: "/a/b").normal)
    }
}
