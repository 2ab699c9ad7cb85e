import Model
import Testing

@Suite struct NameTests {
    @Test func aWorkloadNameIsReadBackFromItsPath() throws {
        let name = try #require(WorkloadName(path: "yidian/article/production/guangzhou"))
        #expect(name.path == "yidian/article/production/guangzhou")
        #expect(name.service == ServiceName("yidian", "article"))
    }

    @Test(arguments: ["", "yidian", "yidian/", "/article", "yidian/article/x", "yidian//x"])
    func aServiceNameHasTwoPartsThatAreNotEmpty(path: String) {
        #expect(ServiceName(path: path) == nil)
    }

    @Test(arguments: ["yidian/article/0", "yidian/article/01", "yidian/article/-1", "yidian/article/x"])
    func aNumberIsPositiveAndWrittenInOneWay(path: String) {
        #expect(ReleaseName(path: path) == nil)
    }

    @Test func numbersSortAsNumbers() throws {
        let service = ServiceName("yidian", "article")
        #expect(ReleaseName(service, 9) < ReleaseName(service, 10))
    }
}
