public import ArgumentParser
public import Model

// Names are read from the command line as they are written; what is no name is wrong use, with the help.

extension Numbered: ExpressibleByArgument {
    public init?(argument: String) { self.init(path: argument) }
}
extension ServiceName: ExpressibleByArgument {
    public init?(argument: String) { self.init(path: argument) }
}
extension WorkloadName: ExpressibleByArgument {
    public init?(argument: String) { self.init(path: argument) }
}
extension CallSide: ExpressibleByArgument {}
