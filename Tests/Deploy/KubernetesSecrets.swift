import Foundation
import TestKit
import Testing
import Yams

/// What `deploy/kubernetes/secrets` makes.
struct KubernetesSecrets {
  let text: String
  let documents: [Place]

  static func made() async throws -> KubernetesSecrets {
    let script = packageFolder.appending(path: "deploy/kubernetes/secrets").path
    let outcome = try await Process.named("bash", [script]).outcome()
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    return KubernetesSecrets(
      text: outcome.output, documents: try Yams.load_all(yaml: outcome.output).map { Place(value: $0) })
  }

  var names: Set<String> { Set(documents.compactMap { $0["metadata", "name"].text }) }

  /// The Secret of a name, or nothing.
  subscript(name: String) -> Place {
    documents.first { $0["metadata", "name"].text == name } ?? Place(value: nil)
  }
}
