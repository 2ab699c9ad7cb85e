/// Finds the values of secrets in bytes that come one after the other, in one pass however many values there are.
///
/// A tree of all beginnings of values, each with a way back to the longest one that could have begun later (Aho and
/// Corasick, 1975). A value of several lines counts as its lines: programs print such in pieces, and then no beginning
/// goes beyond a line, so a line that has ended is never held back.
struct SecretFinder: Sendable {
    /// In bytes. Shorter values are words and numbers that stand in any text: masked, they would make output
    /// unreadable, and each mask would tell where they are. Who chooses such a secret has none.
    static let shortest = 4

    /// One beginning of a value; 0 is the empty one.
    typealias Beginning = Int32

    private struct Node: Sendable {
        var byte: UInt8
        var length: Int32
        var child: Beginning = -1
        var sibling: Beginning = -1
        var wayBack: Beginning = 0
        /// Length of the longest value that ends here; 0 for none.
        var found: Int32 = 0
    }

    private var nodes = [Node(byte: 0, length: 0)]
    /// By byte; most bytes of output begin nothing, and are passed over by one look.
    private var first = [Beginning](repeating: 0, count: 256)

    init(_ values: some Sequence<String>) {
        for value in values {
            for line in value.utf8.split(whereSeparator: { $0 == 10 || $0 == 13 })
            where line.count >= Self.shortest { insert(line) }
        }
        findWaysBack()
    }

    var isEmpty: Bool { nodes.count == 1 }

    /// How many of the last bytes are the beginning of a value.
    func length(_ beginning: Beginning) -> Int { Int(nodes[Int(beginning)].length) }
    /// How many of the last bytes are a value; 0 when they are none.
    func found(_ beginning: Beginning) -> Int { Int(nodes[Int(beginning)].found) }

    func next(_ beginning: Beginning, _ byte: UInt8) -> Beginning {
        var at = beginning
        while at != 0 {
            if let child = child(at, byte) { return child }
            at = nodes[Int(at)].wayBack
        }
        return first[Int(byte)]
    }

    private func child(_ beginning: Beginning, _ byte: UInt8) -> Beginning? {
        var at = nodes[Int(beginning)].child
        while at >= 0 {
            if nodes[Int(at)].byte == byte { return at }
            at = nodes[Int(at)].sibling
        }
        return nil
    }

    private mutating func insert(_ value: some Sequence<UInt8>) {
        var at: Beginning = 0
        for byte in value {
            if let child = child(at, byte) {
                at = child
                continue
            }
            let new = Beginning(nodes.count)
            var node = Node(byte: byte, length: nodes[Int(at)].length + 1)
            node.sibling = nodes[Int(at)].child
            nodes[Int(at)].child = new
            nodes.append(node)
            if at == 0 { first[Int(byte)] = new }
            at = new
        }
        nodes[Int(at)].found = nodes[Int(at)].length
    }

    /// From the shortest beginnings to the longest, since each way back is found by that of a shorter one.
    private mutating func findWaysBack() {
        var queue: [Beginning] = [0]
        var taken = 0
        while taken < queue.count {
            let parent = queue[taken]
            taken += 1
            var at = nodes[Int(parent)].child
            while at >= 0 {
                let index = Int(at)
                if parent != 0 {
                    nodes[index].wayBack = next(nodes[Int(parent)].wayBack, nodes[index].byte)
                }
                if nodes[index].found == 0 { nodes[index].found = nodes[Int(nodes[index].wayBack)].found }
                queue.append(at)
                at = nodes[index].sibling
            }
        }
    }
}
