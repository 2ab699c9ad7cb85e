/// The bytes of a text that belongs to a record; valid only within the call that hands it out. Wrong UTF-8 is allowed.
package typealias BorrowedText = UnsafeBufferPointer<UInt8>

/// A value of a record, borrowed for the length of one call.
package enum FieldValue {
    /// The record lacks the field, or it is null.
    case absent
    case text(BorrowedText)
    case integer(Int64)
    case number(Double)
    case bool(Bool)
    case duration(nanoseconds: Int64)
    /// Each element as a value; a test holds when it does for one of them.
    case list(UnsafeBufferPointer<FieldValue>)
    /// An object, of which no more than its size is asked.
    case object(members: Int)
}

/// A field that an expression reads, with its place in ``Matcher/fields``.
package struct FieldReference: Sendable, Hashable {
    /// For readers that resolve names once for many records, such as a column each.
    package let index: Int
    package let path: FieldPath
}

/// One record, as a matcher reads it: a view over bytes that somebody else keeps.
///
/// A matcher asks only for what it needs, and may ask for the same field twice. Readers are used by one thread at a time.
package protocol FieldReader {
    /// Calls `body` exactly once with the value and returns what it returns.
    func read(_ field: FieldReference, _ body: (FieldValue) -> Bool) -> Bool

    /// Calls `body` with each text of the record, message and every attribute, numbers as digits, until it returns true
    /// or none is left; returns what the last call did, false without one.
    func anyText(_ body: (BorrowedText) -> Bool) -> Bool
}
