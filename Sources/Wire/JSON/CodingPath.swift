/// The way from the document to a value, as a list from its end: a step costs one allocation and no copy.
final class CodingPath {
    let parent: CodingPath?
    let key: any CodingKey
    let depth: Int

    init(_ key: any CodingKey, in parent: CodingPath?) {
        (self.key, self.parent) = (key, parent)
        depth = (parent?.depth ?? 0) + 1
    }
}

extension CodingPath? {
    var depth: Int { self?.depth ?? 0 }

    var keys: [any CodingKey] {
        var keys: [any CodingKey] = []
        var step = self
        while let here = step {
            keys.append(here.key)
            step = here.parent
        }
        keys.reverse()
        return keys
    }
}

/// A key that is made from data: a member name, or an index in an array.
struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?
    static let parent = JSONKey("super")

    init(_ name: String) { (stringValue, intValue) = (name, nil) }
    init(index: Int) { (stringValue, intValue) = ("\(index)", index) }
    init(stringValue: String) { self.init(stringValue) }
    init(intValue: Int) { self.init(index: intValue) }
}
