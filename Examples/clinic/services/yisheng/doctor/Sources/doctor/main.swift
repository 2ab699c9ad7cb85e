import Glibc

if CommandLine.arguments.dropFirst().first == "--self-test" {
    var test = SelfTest()
    exit(test.run())
}

let host = variable("HOST") ?? "0.0.0.0"
guard let port = UInt16(variable("PORT") ?? "8080"), var server = Server(host: host, port: port) else {
    log(
        "error", "cannot listen at HOST and PORT", ", \"reason\": \(quoted(String(cString: strerror(errno))))"
    )
    exit(1)
}
server.run()
