import Access
import Console
import ControlPlane
import Expressions
import GantryBase
import HTTPTypes
import Model
import State
import Telemetry

/// What the pages of signals share.
extension Routes {
    var signalPages: [Route] { logPages + callPages + tracePages }

    /// Makes the content of a page; what fails on the way is shown in its place, under the filters that were chosen.
    ///
    /// A missing sign-in or right is not the page's to show: that error goes on.
    static func content<Content>(
        _ make: () async throws -> Content, failed: (GantryError) -> Content,
        mistaken: ((ExpressionError) -> Content)? = nil
    ) async throws -> (Content, HTTPResponse.Status) {
        do {
            return (try await make(), .ok)
        } catch let error as ExpressionError {
            if let mistaken { return (mistaken(error), .badRequest) }
            throw error.gantryError
        } catch let error as GantryError where ![.forbidden, .unauthenticated].contains(error.code) {
            return (failed(error), Problem.status(of: error.code))
        }
    }

    /// What the filters offer: environments and regions of the platform, and services that the reader may look into.
    func signalChoices(_ call: PageCall) async throws -> SignalChoices {
        guard let platform = try await store.get(StoredPlatform.self, StoredPlatform.name)?.spec else {
            return SignalChoices()
        }
        let businesses =
            call.identity.isAdmin
            ? nil : Rights.businesses(with: .view, identity: call.identity, platform: platform)
        let query = StateQuery(kind: StoredRepository.kind, limit: FilterField.mostSuggestions)
        let page = try await ListScope(prefix: "", businesses: businesses).page(of: query, from: store)
        return SignalChoices(
            services: page.objects.map(\.name), environments: platform.environments.map(\.name.text),
            regions: platform.regions.map(\.name.text))
    }
}

extension PageCall {
    /// The fields of the address; of a name that comes twice the last counts.
    var fields: [String: String] {
        request.target.query.reduce(into: [:]) { $0[$1.name] = $1.value }
    }
}
