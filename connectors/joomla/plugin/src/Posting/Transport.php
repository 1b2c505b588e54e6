<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/** The way to the bridge: one POST, limited in time. */
interface Transport
{
    /**
     * Posts a body and waits for the whole answer.
     *
     * Follows no redirect, verifies the certificate, and is over after $milliseconds, whatever happens. Of those,
     * connecting may take 300 when $milliseconds is at most 1000, else a third. Of the answer's body no more than
     * the first 64 KiB need to be kept.
     *
     * @param   array<string, string>  $headers       name => value; an empty value switches a header of the library off
     * @param   int                    $milliseconds  for everything together, at least 1
     *
     * @throws  TransportFailure  when there is no answer: refused, too slow, unknown host, bad certificate
     */
    public function post(string $url, string $body, array $headers, int $milliseconds): Answer;
}
