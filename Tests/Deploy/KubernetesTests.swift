import Foundation
import TestKit
import Testing

/// `deploy/kubernetes`: what a cluster would find out, found out here.
@Suite struct KubernetesTests {
  private static let parts = ["shop", "payments", "search", "jobs"]

  private func all(_ part: String) throws -> (deployment: Place, container: Place, documents: [Place]) {
    let documents = try Place.documents("kubernetes/\(part).yaml")
    let deployment = try #require(documents.first { $0["kind"].text == "Deployment" })
    let container = try #require(deployment["spec", "template", "spec", "containers"].items.first)
    return (deployment, container, documents)
  }

  @Test(arguments: parts) func `a part is served, and asked for its health, at the port that it listens on`(
    _ part: String
  ) throws {
    let (_, container, documents) = try all(part)
    #expect(container["args"].texts == ["serve", "--only", part])
    let port = try #require(container["ports"].items.first { $0["name"].text == "http" }?["containerPort"].text)
    let settings = try #require(
      try Place.documents("kubernetes/settings.yaml").first { $0["kind"].text == "ConfigMap" })
    #expect(settings["data", "MARTLET_HTTP_PORT"].text == port)
    for (probe, path) in [
      ("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz"),
    ] {
      #expect(container[probe, "httpGet", "path"].text == path)
      #expect(container[probe, "httpGet", "port"].text == "http")
    }
    let service = try #require(documents.first { $0["kind"].text == "Service" })
    #expect(service["spec", "clusterIP"].text == "None")
    let served = try #require(service["spec", "ports"].items.first)
    #expect(served["port"].text == port)
    #expect(served["targetPort"].text == "http")
  }

  @Test(arguments: parts) func `what belongs together names the same pods`(_ part: String) throws {
    let (deployment, _, documents) = try all(part)
    let labels = deployment["spec", "template", "metadata", "labels"].labels
    #expect(labels["app.kubernetes.io/component"] == part)
    #expect(deployment["spec", "selector", "matchLabels"].labels == labels)
    let budget = try #require(documents.first { $0["kind"].text == "PodDisruptionBudget" })
    #expect(budget["spec", "selector", "matchLabels"].labels == labels)
    let service = try #require(documents.first { $0["kind"].text == "Service" })
    #expect(service["spec", "selector"].labels == labels)
  }

  @Test(arguments: parts) func `a part has bounds and no more rights than it needs`(_ part: String) throws {
    let (deployment, container, _) = try all(part)
    let pod = deployment["spec", "template", "spec"]
    #expect(pod["securityContext", "runAsNonRoot"].text == "true")
    #expect(container["securityContext", "readOnlyRootFilesystem"].text == "true")
    #expect(container["securityContext", "allowPrivilegeEscalation"].text == "false")
    for bound in [["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]] {
      #expect(container["resources", bound[0], bound[1]].isThere)
    }
    #expect(try #require(deployment["spec", "replicas"].text.flatMap { Int($0) }) >= 2)
    // Before it is killed: the pause for the balancer, and 40 seconds for the program.
    let pause = try #require(container["lifecycle", "preStop", "exec", "command"].texts.last.flatMap { Int($0) })
    #expect(try #require(pod["terminationGracePeriodSeconds"].text.flatMap { Int($0) }) >= pause + 40)
  }

  @Test(arguments: parts) func `settings, secrets and storage that a part asks for are there`(_ part: String)
    async throws
  {
    let (deployment, container, _) = try all(part)
    let given = try Place.documents("kubernetes/settings.yaml")
    func name(_ kind: String) -> String? { given.first { $0["kind"].text == kind }?["metadata", "name"].text }
    let secrets = try await KubernetesSecrets.made()
    #expect(container["envFrom"].items.first?["configMapRef", "name"].text == name("ConfigMap"))
    #expect(secrets.names.contains(container["envFrom"].items.last?["secretRef", "name"].text ?? ""))
    let volumes = deployment["spec", "template", "spec", "volumes"].items
    #expect(volumes.first?["persistentVolumeClaim", "claimName"].text == name("PersistentVolumeClaim"))
    #expect(Set(container["volumeMounts"].items.map(\.["name"].text)) == Set(volumes.map(\.["name"].text)))

    let parts = try #require(volumes.first { $0["secret"].isThere }?["secret", "secretName"].text)
    let mount = try #require(container["volumeMounts"].items.first { $0["name"].text == "parts" }?["mountPath"].text)
    let settings = try #require(given.first { $0["kind"].text == "ConfigMap" })["data"]
    for key in ["CERTIFICATE", "KEY", "AUTHORITY"] {
      let file = try #require(settings["MARTLET_PARTS_\(key)"].text)
      #expect(file.hasPrefix("\(mount)/"))
      #expect(secrets[parts]["data", String(file.dropFirst(mount.count + 1))].isThere, "\(file)")
    }
  }

  @Test(arguments: ["search", "shop"]) func `a part that finds has its index on a disk of its own, and time to make it`(
    _ part: String
  ) throws {
    let (deployment, container, _) = try all(part)
    let folder = try #require(container["env"].items.first { $0["name"].text == "MARTLET_SEARCH_FOLDER" })["value"].text
    let volume = container["volumeMounts"].items.first { $0["mountPath"].text == folder }?["name"].text
    let volumes = deployment["spec", "template", "spec", "volumes"].items
    #expect(try #require(volumes.first { $0["name"].text == volume })["emptyDir"].isThere)
    let probe = container["startupProbe"]
    let period = try #require(probe["periodSeconds"].text.flatMap { Int($0) })
    let threshold = try #require(probe["failureThreshold"].text.flatMap { Int($0) })
    #expect(period * threshold >= 600)
  }

  // req: 3.3.1-3
  @Test func `the front has the bounds of nginx's own file`() throws {
    let front = try #require(try Place.documents("kubernetes/shop.yaml").first { $0["kind"].text == "Ingress" })
    let nginx = try Place.text("nginx/martlet.conf")
    let marks = front["metadata", "annotations"]
    func mark(_ name: String) -> String { marks["nginx.ingress.kubernetes.io/\(name)"].text ?? "" }
    #expect(nginx.contains("client_max_body_size \(mark("proxy-body-size"));"))
    #expect(nginx.contains("proxy_connect_timeout \(mark("proxy-connect-timeout"))s;"))
    #expect(nginx.contains("proxy_next_upstream \(mark("proxy-next-upstream"));"))
    #expect(nginx.contains("rate=\(mark("limit-rps"))r/s;"))
    #expect(nginx.contains("limit_conn martlet_connections \(mark("limit-connections"));"))
    let backend = try #require(front["spec", "rules"].items.first?["http", "paths"].items.first?["backend", "service"])
    #expect(backend["name"].text == "martlet-shop")
    #expect(backend["port", "name"].text == "http")
  }

  // req: 3.3.1-3
  @Test func `the front lets nobody see what machines ask`() throws {
    let fronts = try Place.documents("kubernetes/shop.yaml").filter { $0["kind"].text == "Ingress" }
    let hidden = try #require(fronts.first { $0["metadata", "name"].text == "martlet-hidden" })
    let bound = hidden["metadata", "annotations"]["nginx.ingress.kubernetes.io/whitelist-source-range"]
    #expect(bound.text == "127.0.0.1/32")
    let rule = try #require(hidden["spec", "rules"].items.first)
    #expect(rule["host"].text == fronts.first?["spec", "rules"].items.first?["host"].text)
    #expect(Set(rule["http", "paths"].items.map(\.["path"].text)) == ["/readyz", "/metrics"])
    #expect(rule["http", "paths"].items.allSatisfy { $0["pathType"].text == "Prefix" })
  }

  @Test func `the hosts in the settings are services that are there`() async throws {
    let services = try Place.documents("kubernetes/dependencies.yaml").filter { $0["kind"].text == "Service" }
    let addresses = Set(
      services.flatMap { service in
        service["spec", "ports"].items.map { "\(service["metadata", "name"].text ?? ""):\($0["port"].text ?? "")" }
      })
    let settings = try await Place.text("kubernetes/settings.yaml") + KubernetesSecrets.made().text
    #expect(settings.contains("@martlet-rabbitmq:"))
    for match in settings.matches(of: /martlet-(mariadb|rabbitmq|etcd):[0-9]+/) {
      #expect(addresses.contains(String(match.0)), "\(match.0)")
    }
    for workload in try Place.documents("kubernetes/dependencies.yaml") where workload["kind"].text == "StatefulSet" {
      #expect(
        workload["spec", "template", "metadata", "labels"].labels == workload["spec", "selector", "matchLabels"].labels)
    }
  }
}
