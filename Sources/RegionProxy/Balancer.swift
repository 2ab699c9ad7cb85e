/// Chooses an endpoint. Pure, so that the rule can be tested without sockets.
struct Balancer {
    /// What the choice depends on.
    struct Candidate {
        var outstanding: Int
        /// Refused connections lately: taken only when nothing else is left.
        var ejected: Bool
    }

    private var turn = 0

    /// Takes the next in turn, unless another one drawn at random has fewer requests under way: the two choices keep
    /// a slow endpoint from piling up work, the turn spreads light load evenly.
    ///
    /// - Parameters:
    ///   - avoided: the one that has just failed; taken only when it is the only one.
    ///   - random: any number.
    /// - Returns: an index into the candidates, nil when there is none.
    mutating func pick(
        count: Int, avoiding avoided: Int?, random: UInt64, _ candidate: (Int) -> Candidate
    ) -> Int? {
        guard count > 1 else { return count == 1 ? 0 : nil }
        var usable = 0
        for at in 0..<count where at != avoided && !candidate(at).ejected { usable += 1 }
        let ignoresEjection = usable == 0
        if ignoresEjection { usable = avoided == nil ? count : count - 1 }

        func nth(_ number: Int) -> Int {
            var left = number
            for at in 0..<count where at != avoided && (ignoresEjection || !candidate(at).ejected) {
                if left == 0 { return at }
                left -= 1
            }
            return 0
        }
        turn = (turn &+ 1) & 0xffff_ffff
        let first = turn % usable
        guard usable > 1 else { return nth(0) }
        let other = (first + 1 + Int(random % UInt64(usable - 1))) % usable
        let (a, b) = (nth(first), nth(other))
        return candidate(b).outstanding < candidate(a).outstanding ? b : a
    }
}
