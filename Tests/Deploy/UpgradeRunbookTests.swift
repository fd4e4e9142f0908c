import Foundation
import TestKit
import Testing

/// What docs/operations.md says of upgrades in containers, held against what there is.
@Suite struct UpgradeRunbookTests {
  private static let parts: Set<String> = ["shop", "payments", "search", "jobs"]

  @Test(arguments: ["### Upgrading with Compose", "### Upgrading in Kubernetes"])
  func `what is to be typed is a shell's, and goes through all parts in an order`(_ heading: String) async throws {
    let blocks = try Runbook().blocks("sh", below: heading)
    #expect(blocks.count == 3)
    for block in blocks {
      let file = FileManager.default.temporaryDirectory.appending(path: "martlet-upgrade-\(UUID().uuidString).sh")
      defer { try? FileManager.default.removeItem(at: file) }
      try Data(block.utf8).write(to: file)
      #expect(try await Process.named("bash", ["-n", file.path]).outcome().status == 0, "\(block)")
      var named: Set<String> = []
      for match in block.matches(of: /for part in ([a-z ]+);|--wait ([a-z ]+)\n|--scale shop=/) {
        named.formUnion((match.1 ?? match.2 ?? "shop").split(separator: " ").map { String($0) })
      }
      #expect(named.isSuperset(of: Self.parts), "\(block)")
      for part in named where part != "$part" { #expect(Self.parts.contains(part), "\(part)") }
    }
  }

  @Test func `deployments and containers are called as the commands call them`() throws {
    for block in try Runbook().blocks("sh", below: "### Upgrading in Kubernetes") {
      for match in block.matches(of: /set image deploy\/martlet-\$part ([a-z]+)=([^: ]+):/) {
        for part in Self.parts {
          let deployment = try #require(
            try Place.documents("kubernetes/\(part).yaml").first { $0["kind"].text == "Deployment" })
          #expect(deployment["metadata", "name"].text == "martlet-\(part)")
          let container = try #require(deployment["spec", "template", "spec", "containers"].items.first)
          #expect(container["name"].text == String(match.1))
          #expect(container["image"].text?.hasPrefix("\(match.2):") == true)
          #expect(deployment["spec", "replicas"].text == "2")
        }
      }
    }
  }

  @Test func `Compose has the image, the services and the folder that the commands name`() throws {
    let compose = try #require(try Place.documents("compose/compose.yaml").first)
    for part in Self.parts {
      let service = try #require(compose["services"].members[part])
      #expect(service["image"].text == "martlet")
      #expect(service["stop_grace_period"].text == "40s")
      #expect(service["volumes"].texts.contains("data:/data"))
    }
    #expect(compose["services", "shop", "deploy", "replicas"].text == "2")
    #expect(compose["services"].members["front"] != nil && compose["services"].members["mariadb"] != nil)
  }
}
