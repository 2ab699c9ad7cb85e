package import Model

/// Tells where secrets that a service declares are to be had, and where they are not.
package enum SecretUse {
    /// A value that somebody has set.
    package struct Value: Sendable, Hashable {
        package var variable: String
        /// Nil stands for every environment that has no value of its own.
        package var environment: EnvironmentName?
        package init(_ variable: String, in environment: EnvironmentName?) {
            (self.variable, self.environment) = (variable, environment)
        }
    }

    /// A declared secret without a value.
    package struct Gap: Sendable, Hashable {
        package var variable: String
        /// In the order of their names.
        package var environments: [EnvironmentName]
        /// No environment that declares it has one: a value for all of them mends it at once.
        package var isEverywhere: Bool
        package init(variable: String, environments: [EnvironmentName], isEverywhere: Bool) {
            (self.variable, self.environments, self.isEverywhere) = (variable, environments, isEverywhere)
        }
    }

    /// Lists the declared secrets that have no value, in the order of their names.
    package static func gaps(
        declared: [EnvironmentName: Set<String>], values: Set<Value>
    ) -> [Gap] {
        var environments: [String: [EnvironmentName]] = [:]
        for (environment, variables) in declared.sorted(by: { $0.key < $1.key }) {
            for variable in variables { environments[variable, default: []].append(environment) }
        }
        return environments.sorted { $0.key < $1.key }.compactMap { variable, declaring in
            let lacking = declaring.filter { !has(variable, in: $0, values) }
            guard !lacking.isEmpty else { return nil }
            return Gap(
                variable: variable, environments: lacking, isEverywhere: lacking.count == declaring.count)
        }
    }

    /// Lists the environments that declare the variable and would be left without it.
    ///
    /// One that falls back on the value for all environments, or has a value of its own, loses nothing.
    package static func losing(
        _ value: Value, declared: [EnvironmentName: Set<String>], values: Set<Value>
    ) -> [EnvironmentName] {
        let left = values.subtracting([value])
        return declared.filter { environment, variables in
            variables.contains(value.variable) && has(value.variable, in: environment, values)
                && !has(value.variable, in: environment, left)
        }.keys.sorted()
    }

    private static func has(
        _ variable: String, in environment: EnvironmentName, _ values: Set<Value>
    ) -> Bool {
        values.contains(Value(variable, in: environment)) || values.contains(Value(variable, in: nil))
    }
}
