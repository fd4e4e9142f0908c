import Foundation
import TestKit
import Testing

/// `deploy/kubernetes/network.yaml`: who may reach which port of which pods, once every policy is taken together.
@Suite struct KubernetesNetworkTests {
  /// A kind of pods, and a port at which they listen.
  private struct Door: Hashable {
    let pods: String
    let port: Int
  }

  @Test func `each port is reached by those who need it and by nobody else`() throws {
    let wanted: [Door: Set<String>] = [
      Door(pods: "martlet-shop", port: 8080): ["ingress-nginx", "monitoring"],
      Door(pods: "martlet-payments", port: 8080): ["monitoring"],
      Door(pods: "martlet-payments", port: 9100): ["martlet"],
      Door(pods: "martlet-search", port: 8080): ["monitoring"],
      Door(pods: "martlet-search", port: 9100): ["martlet"],
      Door(pods: "martlet-jobs", port: 8080): ["monitoring"],
      Door(pods: "martlet-mariadb", port: 3306): ["martlet"],
      Door(pods: "martlet-rabbitmq", port: 5672): ["martlet"],
      Door(pods: "martlet-etcd", port: 2379): ["martlet"],
    ]
    let policies = try Place.documents("kubernetes/network.yaml")
    var found: [Door: Set<String>] = [:]
    for workload in try Self.workloads() {
      let labels = workload["spec", "template", "metadata", "labels"].labels
      let own = policies.filter { Self.selects($0["spec", "podSelector"], labels) }
      // Pods that no policy selects are open to all.
      let name = try #require(workload["metadata", "name"].text)
      #expect(!own.isEmpty, "\(name)")
      #expect(own.allSatisfy { $0["spec", "policyTypes"].texts == ["Ingress"] })
      let container = try #require(workload["spec", "template", "spec", "containers"].items.first)
      for port in container["ports"].items.compactMap({ $0["containerPort"].text.flatMap { Int($0) } }) {
        found[Door(pods: name, port: port)] = Self.guests(at: port, own)
      }
    }
    #expect(found == wanted)
  }

  @Test func `parts are called at the port that is open to them`() throws {
    let settings = try #require(
      try Place.documents("kubernetes/settings.yaml").first { $0["kind"].text == "ConfigMap" })
    #expect(settings["data", "MARTLET_PARTS_PORT"].text == "9100")
  }

  private static func workloads() throws -> [Place] {
    try KubernetesSecretTests.files().flatMap { try Place.documents($0) }
      .filter { ["Deployment", "StatefulSet"].contains($0["kind"].text) }
  }

  /// Whom policies let in at a port: names of namespaces, or of pods beside.
  private static func guests(at port: Int, _ policies: [Place]) -> Set<String> {
    let rules = policies.flatMap { $0["spec", "ingress"].items }
      .filter { $0["ports"].items.contains { $0["port"].text == "\(port)" } || !$0["ports"].isThere }
    return rules.reduce(into: []) { guests, rule in
      if !rule["from"].isThere { guests.insert("everybody") }
      for source in rule["from"].items {
        let labels =
          source["namespaceSelector", "matchLabels"].labels.merging(source["podSelector", "matchLabels"].labels) { $1 }
        guests.insert(labels.count == 1 ? labels.first?.value ?? "" : "everybody")
      }
    }
  }

  private static func selects(_ selector: Place, _ labels: [String: String]) -> Bool {
    selector["matchLabels"].labels.allSatisfy { labels[$0.key] == $0.value }
      && selector["matchExpressions"].items.allSatisfy { expression in
        let isNamed = expression["values"].texts.contains(labels[expression["key"].text ?? ""] ?? "")
        return expression["operator"].text == "In" ? isNamed : expression["operator"].text == "NotIn" && !isNamed
      }
  }
}
