/** The jobs that ask BTCPay about invoices: those that are due, and, once a night, all of them. */
@NullMarked
package dev.hubcap.btcpay.job;

import org.jspecify.annotations.NullMarked;
