package dev.hubcap;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Repository;
import org.springframework.stereotype.Service;
import org.springframework.transaction.TransactionManager;

/** The arrows between modules and packages, and the habits that a compiler does not check. */
@AnalyzeClasses(packages = "dev.hubcap", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule only_the_schedule_knows_quartz =
      noClasses()
          .that(not(resideInAPackage("dev.hubcap.schedule..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.quartz..");

  @ArchTest
  static final ArchRule only_one_hypervisor_knows_libvirt =
      noClasses()
          .that(not(resideInAPackage("dev.hubcap.hypervisor.libvirt..")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.libvirt..", "com.sun.jna..");

  @ArchTest
  static final ArchRule exactly_one_class_is_a_quartz_job =
      classes()
          .that()
          .implement("org.quartz.Job")
          .should()
          .haveFullyQualifiedName("dev.hubcap.schedule.LaunchScheduledRun");

  @ArchTest
  static final ArchRule only_jobs_and_what_runs_them_know_spring_batch =
      noClasses()
          .that(
              not(
                  resideInAnyPackage(
                      "dev.hubcap.launch..",
                      "dev.hubcap.run..",
                      "dev.hubcap.backup..",
                      "dev.hubcap.upgrade..",
                      "dev.hubcap.billing..",
                      "dev.hubcap.vms..",
                      "dev.hubcap.inventory..",
                      "dev.hubcap.accounts.email",
                      "dev.hubcap.mail..",
                      "dev.hubcap.btcpay..",
                      "dev.hubcap.dunning..",
                      "dev.hubcap.bench..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework.batch..");

  @ArchTest
  static final ArchRule the_command_line_starts_without_spring_and_without_the_server =
      noClasses()
          .that()
          .resideInAPackage("dev.hubcap.cli..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.springframework..", "org.quartz..")
                  .or(
                      resideInAnyPackage(
                          "dev.hubcap",
                          "dev.hubcap.api..",
                          "dev.hubcap.launch..",
                          "dev.hubcap.leadership..",
                          "dev.hubcap.schedule..",
                          "dev.hubcap.run..",
                          "dev.hubcap.backup..",
                          "dev.hubcap.upgrade..",
                          "dev.hubcap.billing..")));

  /** It tells of a job that has not succeeded for too long, also while no hub does. */
  @ArchTest
  static final ArchRule of_the_command_line_only_the_doctor_reads_definitions =
      noClasses()
          .that()
          .resideInAPackage("dev.hubcap.cli..")
          .and()
          .resideOutsideOfPackage("dev.hubcap.cli.doctor..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.hubcap.definitions..");

  @ArchTest
  static final ArchRule what_works_while_the_hub_is_down_is_plain_jdbc =
      noClasses()
          .that()
          .resideInAnyPackage("dev.hubcap.database..", "dev.hubcap.migrations..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework..");

  @ArchTest
  static final ArchRule jobs_know_nothing_of_what_runs_them =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.hubcap.run..",
              "dev.hubcap.backup..",
              "dev.hubcap.upgrade..",
              "dev.hubcap.billing..",
              "dev.hubcap.vms..",
              "dev.hubcap.inventory..",
              "dev.hubcap.accounts..",
              "dev.hubcap.mail..",
              "dev.hubcap.btcpay..",
              "dev.hubcap.dunning..",
              "dev.hubcap.queue..",
              "dev.hubcap.database..",
              "dev.hubcap.migrations..",
              "dev.hubcap.definitions..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.hubcap.schedule..",
              "dev.hubcap.launch..",
              "dev.hubcap.leadership..",
              "dev.hubcap.api..",
              "dev.hubcap.cli..");

  /** It runs on hypervisors, where memory belongs to the VMs and the hub's secrets do not. */
  @ArchTest
  static final ArchRule a_spoke_knows_nothing_of_the_hub =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.hubcap.handler..",
              "dev.hubcap.hypervisor..",
              "dev.hubcap.provision..",
              "dev.hubcap.power..",
              "dev.hubcap.teardown..",
              "dev.hubcap.inspect..",
              "dev.hubcap.spoke..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework..",
              "org.quartz..",
              "org.flywaydb..",
              "dev.hubcap",
              "dev.hubcap.api..",
              "dev.hubcap.backup..",
              "dev.hubcap.upgrade..",
              "dev.hubcap.billing..",
              "dev.hubcap.database..",
              "dev.hubcap.definitions..",
              "dev.hubcap.inventory..",
              "dev.hubcap.launch..",
              "dev.hubcap.leadership..",
              "dev.hubcap.ledger..",
              "dev.hubcap.migrations..",
              "dev.hubcap.run..",
              "dev.hubcap.schedule..",
              "dev.hubcap.vms..");

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching("dev.hubcap.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nobody_asks_the_machine_for_the_time =
      noClasses().should().callMethodWhere(asksForNow());

  @ArchTest
  static final ArchRule features_are_wired_by_their_configuration =
      noClasses()
          .should()
          .beAnnotatedWith(Component.class)
          .orShould()
          .beAnnotatedWith(Service.class)
          .orShould()
          .beAnnotatedWith(Repository.class);

  @ArchTest
  static final ArchRule classes_are_named_after_ideas =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Service")
          .orShould()
          .haveSimpleNameEndingWith("Support")
          .orShould(
              be(
                  "managers of their own",
                  type ->
                      type.getSimpleName().endsWith("Manager")
                          && !type.isAssignableTo(TransactionManager.class)));

  @ArchTest
  static final ArchRule every_package_says_what_may_be_null =
      noClasses()
          .should(
              be(
                  "in a package that is not @NullMarked",
                  type -> !type.getPackage().isAnnotatedWith(NullMarked.class)));

  private static DescribedPredicate<JavaMethodCall> asksForNow() {
    return DescribedPredicate.describe(
        "asks the machine for the time",
        call -> {
          var target = call.getTarget();
          boolean now =
              target.getName().equals("now")
                  && target.getOwner().getPackageName().equals("java.time")
                  && target.getRawParameterTypes().isEmpty();
          return now || target.getName().equals("currentTimeMillis");
        });
  }

  private static ArchCondition<JavaClass> be(String what, Predicate<JavaClass> isSo) {
    return ArchCondition.from(DescribedPredicate.describe("be " + what, isSo));
  }
}
