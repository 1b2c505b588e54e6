<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Application\CMSApplication;

/** Sends what waits after a page was delivered: for sites whose scheduler does not run. */
final class CatchUp
{
    private const UNSEEN = 20_000;
    private const SEEN = 1_000;

    public function __construct(private readonly CMSApplication $app, private readonly Wiring $wiring)
    {
    }

    /** Costs one indexed read as long as nothing waits. */
    public function afterPage(): void
    {
        $isPage = $this->app->isClient('site') && $this->app->getInput()->getMethod() === 'GET';
        $finish = self::finish();

        if ($isPage && ($finish !== null || HttpTransport::keepsTime()) && $this->wiring->run->isWorthwhile()) {
            $this->app->getSession()->close();
            ignore_user_abort(true);
            $isUnseen = $finish !== null && $finish() !== false;
            $this->wiring->run->drain($isUnseen ? self::UNSEEN : self::SEEN);
        }
    }

    /** What ends the visitor's waiting; null where PHP cannot: then the rest must be short. */
    private static function finish(): ?string
    {
        $known = array_filter(['fastcgi_finish_request', 'litespeed_finish_request'], 'function_exists');

        return array_values($known)[0] ?? null;
    }
}
