import CPCRE2

/// A compiled regular expression of PCRE2's syntax, over UTF-8, with a bound on what one match may cost.
///
/// It is found anywhere in a text; `\w`, `\d` and `\b` go by Unicode; letter case counts unless it says `(?i)`. Bytes that
/// are no UTF-8 match nothing. It is compiled to machine code where the processor's is supported.
// Safe: PCRE2 only reads compiled code and a match context while matching (pcre2api, "Multithreading"); both are set up
// before `init` ends, and freed when nobody holds this object.
package final class RegularExpression: @unchecked Sendable {
    private let code: OpaquePointer
    private let context: OpaquePointer
    package let pattern: String

    package struct Mistake: Error, Sendable, Hashable {
        package var message: String
        /// In bytes of the pattern.
        package var offset: Int
    }

    package enum Outcome: Sendable, Hashable {
        case found
        case absent
        /// The text needed more than ``ExpressionLimits`` allow; nobody knows.
        case gaveUp
    }

    package init(_ pattern: String) throws(Mistake) {
        let length = pattern.utf8.count
        guard length <= ExpressionLimits.regexBytes else {
            throw Mistake(
                message: "the regular expression is longer than \(ExpressionLimits.regexBytes) bytes",
                offset: ExpressionLimits.regexBytes)
        }
        var number: Int32 = 0
        var offset = 0
        // A pattern that could match single bytes of a character would break UTF mode.
        let options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C
        let compiled = Array(pattern.utf8).withUnsafeBufferPointer {
            pcre2_compile_8($0.baseAddress ?? Self.nothing, length, options, &number, &offset, nil)
        }
        guard let compiled else {
            throw Mistake(message: Self.message(number), offset: min(offset, length))
        }
        guard let context = pcre2_match_context_create_8(nil) else {
            pcre2_code_free_8(compiled)
            throw Mistake(message: "no memory", offset: 0)
        }
        pcre2_set_match_limit_8(context, ExpressionLimits.regexSteps)
        pcre2_set_depth_limit_8(context, ExpressionLimits.regexDepth)
        pcre2_set_heap_limit_8(context, ExpressionLimits.regexHeapKiB)
        // Where machine code cannot be made, matching is interpreted: the same answers, slower.
        _ = pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE)
        (self.pattern, self.context) = (pattern, context)
        code = compiled
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    /// Looks for it in `text`. Allocates nothing but what backtracking takes, within the limit.
    package func search(_ text: UnsafeBufferPointer<UInt8>, with scratch: borrowing Scratch) -> Outcome {
        search(text, with: scratch.data)
    }

    /// - Parameter data: of a ``Scratch`` that lives on.
    func search(_ text: UnsafeBufferPointer<UInt8>, with data: OpaquePointer?) -> Outcome {
        guard let data else { return .gaveUp }
        let start = text.baseAddress ?? Self.nothing
        var result = pcre2_match_8(code, start, text.count, 0, 0, data, context)
        if result == PCRE2_ERROR_JIT_STACKLIMIT {
            // The interpreter keeps its state on the heap, which is larger than the machine code's 32 KiB of stack.
            result = pcre2_match_8(code, start, text.count, 0, UInt32(PCRE2_NO_JIT), data, context)
        }
        // 0 says that there are more groups than the scratch has room for.
        return result >= 0 ? .found : result == PCRE2_ERROR_NOMATCH ? .absent : .gaveUp
    }

    /// Whether machine code was made of it.
    package var isCompiledToMachineCode: Bool {
        var size = 0
        return pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_JITSIZE), &size) == 0 && size > 0
    }

    /// What a match writes to; one for each thread that matches, for any number of expressions.
    package struct Scratch: ~Copyable {
        // Room for the place of the whole match only: groups are of no interest.
        let data = pcre2_match_data_create_8(1, nil)

        package init() {}
        deinit { pcre2_match_data_free_8(data) }
    }

    // Safe: one constant byte, for empty texts, whose pointer may be nil where PCRE2 wants one.
    private nonisolated(unsafe) static let nothing: UnsafePointer<UInt8> = {
        let byte = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
        byte.initialize(to: 0)
        return UnsafePointer(byte)
    }()

    private static func message(_ number: Int32) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
            buffer.initialize(repeating: 0)
            _ = pcre2_get_error_message_8(number, buffer.baseAddress, buffer.count)
            return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
